"""Under `/guide/`. One address for the questions and what follows from them: the answers travel in the form."""

from django.urls import path

from recours.guide import calendar_views, file_views, letter_views, views

app_name = "guide"
urlpatterns = [
    path("", views.guide, name="guide"),
    path("letter/", letter_views.letter, name="letter"),
    path("letter.pdf", letter_views.letter_pdf, name="letter_pdf"),
    path("dates.ics", calendar_views.dates, name="dates"),
    path("keep/", file_views.keep, name="keep"),
    path("file/<str:secret>/", file_views.file, name="file"),
    path("file/<str:secret>/export.json", file_views.export, name="export"),
    path("file/<str:secret>/erase/", file_views.erase, name="erase"),
]
