"""What changes marketplace data besides imports: one module per subject."""

from recours.marketplaces.commands.deliveries import record_delivery

__all__ = ["record_delivery"]
