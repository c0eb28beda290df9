from django.db import migrations, models


class Migration(migrations.Migration):
    """A refund that failed waits for somebody too, and stands in the same list as the others."""

    dependencies = [("refunds", "0002_refuse_more_than_was_paid")]
    operations = [
        migrations.RemoveIndex(model_name="refund", name="refund_open"),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("status__in", ["requested", "submitted", "failed"])),
                fields=["pay_until", "id"],
                name="refund_open",
            ),
        ),
    ]
