import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0010_count_pace_by_index'),
        ('conversations', '0010_write_by_form_and_note'),
        ('files', '0005_hold_for_scan'),
    ]

    operations = [
        migrations.AddField(
            model_name='channelsending',
            name='file',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile'),
        ),
        migrations.AddField(
            model_name='channelsending',
            name='file_ref',
            field=models.CharField(blank=True, db_default='', max_length=160),
        ),
        migrations.AlterField(
            model_name='channelsending',
            name='message',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='channel_sendings', to='conversations.message'),
        ),
        migrations.AddConstraint(
            model_name='channelsending',
            constraint=models.UniqueConstraint(condition=models.Q(('file__isnull', True)), fields=('message',), name='sending_words_once'),
        ),
        migrations.AddConstraint(
            model_name='channelsending',
            constraint=models.UniqueConstraint(fields=('message', 'file'), name='sending_file_once'),
        ),
    ]
