from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0009_write_by_form_and_note'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='channelevent',
            index=models.Index(condition=models.Q(('outcome', 'posted')), fields=['channel', 'account', 'lane', '-received_at'], name='event_pace'),
        ),
    ]
