"""Addresses of the help centre's editors."""

from django.urls import path

from recours.desk.help import editor, history, readers, views

urlpatterns = [
    path("", views.articles, name="help"),
    path("new/", editor.new, name="help_new"),
    path("questions/", readers.questions, name="help_questions"),
    path("questions/<int:question_id>/forget/", readers.forget, name="help_forget"),
    path("synonyms/<str:language>/", readers.synonyms, name="help_synonyms"),
    path("<uuid:article_id>/<str:language>/", history.article, name="help_article"),
    path("<uuid:article_id>/<str:language>/edit/", editor.edit, name="help_edit"),
    path("<uuid:article_id>/<str:language>/withdraw/", editor.withdraw_, name="help_withdraw"),
    path("<uuid:article_id>/<str:language>/restore/", history.restore, name="help_restore"),
]
