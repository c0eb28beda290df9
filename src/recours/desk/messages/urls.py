"""Customer service’s conversations."""

from django.urls import path

from recours.desk.messages import answers, channels, contacts, disputing, following, noting, settling, views

urlpatterns = [
    path("messages/", views.inbox, name="messages"),
    path("messages/note/", noting.note_new, name="note_new"),
    path("messages/several/", settling.settle_several, name="settle_several"),
    path("messages/take-up/", settling.take_up, name="take_up"),
    path("messages/answers/", answers.answers, name="answers"),
    path("messages/answers/new/", answers.new_answer, name="new_answer"),
    path("messages/answers/<int:answer_id>/", answers.answer, name="answer"),
    path("messages/answers/<int:answer_id>/delete/", answers.delete, name="delete_answer"),
    path("messages/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("messages/<uuid:conversation_id>/send/", views.send, name="send_message"),
    path("messages/<uuid:conversation_id>/template/", channels.template, name="send_template"),
    path("messages/<uuid:conversation_id>/by-mail/", views.answer_by_mail, name="answer_by_mail"),
    path("messages/<uuid:conversation_id>/private/", channels.answer_comment, name="answer_comment"),
    path("messages/<uuid:conversation_id>/sendings/", channels.settle_sending, name="settle_sending"),
    path("messages/<uuid:conversation_id>/ask-who/", contacts.ask, name="ask_who"),
    path("messages/<uuid:conversation_id>/link/", contacts.link, name="link_contact"),
    path("messages/<uuid:conversation_id>/unlink/", contacts.unlink_contact, name="unlink_contact"),
    path("messages/<uuid:conversation_id>/follow/", following.send, name="send_follow_link"),
    path("messages/<uuid:conversation_id>/follow/end/", following.revoke, name="revoke_follow_link"),
    path("messages/<uuid:conversation_id>/evidence/", contacts.file_evidence, name="file_evidence"),
    path("messages/<uuid:conversation_id>/claim/", disputing.open_claim, name="open_claim"),
    path("messages/<uuid:conversation_id>/note/", noting.note_in, name="note_in"),
    path("messages/<uuid:conversation_id>/insert/", views.insert, name="insert_answer"),
    path("messages/<uuid:conversation_id>/draft/", views.draft, name="message_draft"),
    path("messages/<uuid:conversation_id>/settle/", views.settle, name="settle_conversation"),
    path("messages/<uuid:conversation_id>/unread/", views.unread, name="unread_conversation"),
    path("messages/<uuid:conversation_id>/files/<uuid:file_id>/", views.message_file, name="message_file"),
]
