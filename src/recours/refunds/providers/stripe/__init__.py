"""Card refunds through Stripe, by its official library; its simulator beside it is a program of its own."""
