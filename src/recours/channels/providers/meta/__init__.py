"""What WhatsApp, Messenger and pages have in common: how Meta signs, and how its Graph answers."""
