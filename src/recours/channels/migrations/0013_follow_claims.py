import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0012_hear_visitors_and_forget'),
        ('claims', '0014_merge_claims'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FollowLink',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_links', to='claims.claim')),
                ('proof', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follow_links', to='channels.contactlink')),
                ('revoked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='FollowVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('came_from', models.CharField(max_length=64)),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visits', to='channels.followlink')),
            ],
        ),
        migrations.AddConstraint(
            model_name='followlink',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('proof', 'claim'), name='claim_followed_once'),
        ),
        migrations.AddIndex(
            model_name='followvisit',
            index=models.Index(fields=['link', '-at'], name='visit_by_link'),
        ),
    ]
