"""How an installation is put together: settings, addresses, the embedded database."""
