"""Opening a dispute, one question a page.

`matter` is what the dispute is about; `steps` the questions, in order, each with its form and when it applies;
`progress` what was answered; `summary` the whole before sending; `views` the addresses.
"""
