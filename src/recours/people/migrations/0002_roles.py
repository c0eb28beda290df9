from django.db import migrations, models


class Migration(migrations.Migration):
    """Who acted for a shop so far chose who else does, there being nobody else; whoever is new is told apart."""

    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="shopstaff",
            name="role",
            field=models.CharField(
                choices=[("staff", "Staff"), ("administrator", "Administrator")],
                default="administrator",
                max_length=16,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="deskstaff",
            name="role",
            field=models.CharField(
                choices=[
                    ("agent", "Agent"),
                    ("lead", "Lead"),
                    ("administrator", "Administrator"),
                    ("auditor", "Auditor"),
                ],
                max_length=16,
            ),
        ),
    ]
