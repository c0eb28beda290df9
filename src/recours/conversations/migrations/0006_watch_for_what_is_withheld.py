from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0005_settle_conversations"),
        ("files", "0005_hold_for_scan"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="watched",
            field=models.ManyToManyField(related_name="+", to="files.storedfile"),
        ),
    ]
