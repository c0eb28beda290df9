from django.db import migrations, models


class Migration(migrations.Migration):
    """Preparing refunds looks for the few claims that owe one among all that are kept."""

    dependencies = [("claims", "0004_index_the_desk")]
    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("state", "refund_due")), fields=["id"], name="claim_refund_due"
            ),
        ),
    ]
