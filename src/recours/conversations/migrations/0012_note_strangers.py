from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0011_keep_own_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="reach",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
    ]
