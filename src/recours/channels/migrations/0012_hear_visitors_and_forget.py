from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0011_send_files'),
        ('conversations', '0010_write_by_form_and_note'),
    ]

    operations = [
        migrations.AddField(
            model_name='channelcomment',
            name='is_post',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name='channelevent',
            index=models.Index(condition=models.Q(('message__isnull', True), models.Q(('outcome__in', ['received', 'posted']), _negated=True)), fields=['received_at'], name='event_to_forget'),
        ),
    ]
