"""The forms of a claim's acts, without addresses: the three faces show the same ones.

A form is made of the claim as its actor sees it, and words itself for that reader. `claims.acts` says which form
belongs to which act and how a command is built from it.
"""

from recours.claims.forms.base import (
    LIST,
    ActForm,
    DeskMessageForm,
    EvidenceForm,
    ExhibitsField,
    MessageForm,
    TextField,
    said,
)
from recours.claims.forms.parcels import ParcelForm
from recours.claims.forms.parties import (
    AnswerForm,
    AppealForm,
    AskForm,
    EscalateForm,
    ExtendForm,
    GiveEvidenceForm,
    GroundForm,
    MissingReplacementForm,
    OfferForm,
    RefuseForm,
    RefuseOfferForm,
    ReopenForm,
    WithdrawForm,
)
from recours.claims.forms.platform import AskEvidenceForm, AssignForm, TraceRefundForm
from recours.claims.forms.refunds import MissingRefundForm
from recours.claims.forms.returns import (
    ArrivalForm,
    ContestReturnForm,
    CorrectTrackingForm,
    ReturnLostForm,
    ReturnRefusedForm,
    ShipReturnForm,
)
from recours.claims.forms.terms import CounterForm, MakeOfferForm, ProposeForm, RuleForm, TermsForm

__all__ = [
    "LIST",
    "ActForm",
    "AnswerForm",
    "AppealForm",
    "ArrivalForm",
    "AskEvidenceForm",
    "AskForm",
    "AssignForm",
    "ContestReturnForm",
    "CorrectTrackingForm",
    "CounterForm",
    "DeskMessageForm",
    "EscalateForm",
    "EvidenceForm",
    "ExhibitsField",
    "ExtendForm",
    "GiveEvidenceForm",
    "GroundForm",
    "MakeOfferForm",
    "MessageForm",
    "MissingRefundForm",
    "MissingReplacementForm",
    "OfferForm",
    "ParcelForm",
    "ProposeForm",
    "RefuseForm",
    "RefuseOfferForm",
    "ReopenForm",
    "ReturnLostForm",
    "ReturnRefusedForm",
    "RuleForm",
    "ShipReturnForm",
    "TermsForm",
    "TextField",
    "TraceRefundForm",
    "WithdrawForm",
    "said",
]
