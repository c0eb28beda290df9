from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0008_follow_plans"),
    ]

    operations = [
        migrations.AddField(
            model_name="heldmessage",
            name="own_text",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
