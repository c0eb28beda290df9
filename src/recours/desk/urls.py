"""Addresses of the desk."""

from django.urls import URLPattern, URLResolver, include, path

from recours.desk import register, team
from recours.desk.views import claim, contact, credits, doubts, parked, queue, refunds, transfers, withholding

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue.queue, name="queue"),
    path("claims/<str:reference>/", claim.claim, name="claim"),
    path("claims/<str:reference>/message/", claim.message, name="message"),
    path("claims/<str:reference>/note/", claim.note, name="note"),
    path("claims/<str:reference>/contact/", contact.contact, name="contact"),
    path("claims/<str:reference>/evidence/<str:number>/", claim.exhibit, name="exhibit"),
    path("claims/<str:reference>/evidence/<str:number>/thumbnail/", claim.thumbnail, name="thumbnail"),
    path("claims/<str:reference>/evidence/<str:number>/withhold/", withholding.withhold, name="withhold"),
    path("claims/<str:reference>/<slug:name>/", claim.act, name="act"),
    path("", include("recours.desk.messages.urls")),
    path("help/", include("recours.desk.help.urls")),
    path("mail/", include("recours.desk.mail.urls")),
    path("refunds/", refunds.refunds, name="refunds"),
    path("refunds/credits/<uuid:credit_id>/", credits.credit, name="credit"),
    path("refunds/doubts/", doubts.list_doubts, name="doubts"),
    path("refunds/doubts/<int:event_id>/handle/", doubts.handle, name="handle_doubt"),
    path("refunds/<uuid:refund_id>/approve/", refunds.approve, name="approve_refund"),
    path("refunds/<uuid:refund_id>/check/", refunds.check, name="check_refund"),
    path("refunds/<uuid:refund_id>/order/", refunds.order, name="order_surcharge"),
    path("refunds/<uuid:refund_id>/record/", refunds.record, name="record_refund"),
    path("refunds/<uuid:refund_id>/retry/", refunds.retry, name="retry_refund"),
    path("refunds/<uuid:refund_id>/look-up/", refunds.look_up, name="look_up_refund"),
    path("transfers/", transfers.transfers, name="transfers"),
    path("transfers/bank-file/", transfers.bank_file, name="bank_file"),
    path("transfers/make/", transfers.make, name="make_transfer_file"),
    path("transfers/<uuid:file_id>/", transfers.download, name="transfer_file"),
    path("register/", register.register, name="register"),
    path("team/", team.team, name="team"),
    path("team/<int:member_id>/", team.member, name="team_member"),
    path("team/invitations/<uuid:invitation_id>/withdraw/", team.withdraw, name="team_withdraw"),
    path("parked/", parked.parked, name="parked"),
    path("parked/<str:reference>/retry/", parked.retry, name="unpark"),
]
