"""A program that answers as Merci facteur does, keeps its own journal, and can misbehave: `recours simulate letters`.

Shapes and checks are those of its public documentation (API 1.2.7); what that leaves open is in docs/posting.md. Its
letters have a life: printed at once, taken by the post the next day, presented, handed over, the signed
acknowledgement scanned; each stage is told to our webhook on its day by this program's clock, or when it is asked to
(`POST /_/forward`). One that nobody fetches, or that was refused, comes back (`POST /_/letters`).
"""
