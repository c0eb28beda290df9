from django.db import migrations, models


class Migration(migrations.Migration):
    """When a buyer was reminded of store credit that ends soon."""

    dependencies = [
        ('refunds', '0016_ask_for_accounts'),
    ]

    operations = [
        migrations.AddField(
            model_name='storecredit',
            name='reminded_at',
            field=models.DateTimeField(null=True),
        ),
    ]
