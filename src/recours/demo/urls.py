"""The demo's doors and its clock. Included only when `settings.DEMO` is set."""

from django.urls import path

from recours.demo import banking_views, mailbox_views, post_views, simulated_views, views

app_name = "demo"
urlpatterns = [
    path("", views.home, name="home"),
    path("demo/", views.doors, name="doors"),
    path("demo/enter/<slug:key>/", views.enter, name="enter"),
    path("demo/mailbox/", mailbox_views.mailbox, name="mailbox"),
    path("demo/mailbox/<slug:number>/", mailbox_views.letter, name="letter"),
    path("demo/mailbox/<slug:number>/html/", mailbox_views.letter_html, name="letter_html"),
    path("demo/provider/", simulated_views.provider, name="provider"),
    path("demo/provider/next/", simulated_views.next_trouble, name="next_trouble"),
    path("demo/provider/dispute/", simulated_views.dispute, name="dispute"),
    path("demo/bank/", banking_views.bank, name="bank"),
    path("demo/bank/day/", banking_views.bank_day, name="bank_day"),
    path("demo/bank/files/<str:name>/", banking_views.bank_file, name="bank_file"),
    path("demo/post/", post_views.post, name="post"),
    path("demo/post/move/", post_views.move, name="post_move"),
    path("demo/post/next/", post_views.post_trouble, name="post_trouble"),
    path("demo/clock/", views.move_clock, name="clock"),
]
