from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0007_withdraw_from_contracts"),
        ("conversations", "0005_settle_conversations"),
        ("marketplaces", "0004_describe_shops"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                fields=["marketplace", "sort_at", "id"],
                condition=Q(state="closed") & (Q(due_party="agent") | Q(overdue=True)),
                name="claim_desk_missing",
            ),
        ),
        migrations.AddIndex(
            model_name="claimevent",
            index=models.Index(
                fields=["kind", "at"],
                condition=Q(kind__in=["RefundCheckAsked", "RefundConfirmed", "RefundReportedMissing"]),
                name="event_refund_checks",
            ),
        ),
    ]
