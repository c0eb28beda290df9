from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketplaces', '0005_withdraw_from_contracts'),
    ]

    operations = [
        migrations.AddField(
            model_name='marketplace',
            name='return_address',
            field=models.TextField(blank=True, db_default=''),
        ),
        migrations.AddField(
            model_name='shop',
            name='return_address',
            field=models.TextField(blank=True, db_default=''),
        ),
    ]
