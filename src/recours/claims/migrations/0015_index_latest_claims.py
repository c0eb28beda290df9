"""The latest claims of a marketplace, by the index that its foreign key had for itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0014_merge_claims")]
    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["marketplace", "-opened_at", "-id"], name="claim_latest"),
        ),
        migrations.AlterField(
            model_name="claim",
            name="marketplace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to="marketplaces.marketplace",
            ),
        ),
    ]
