import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HEX = "^[0-9a-f]{64}$"


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64)),
                ("media_type", models.CharField(max_length=32)),
                ("kind", models.CharField(choices=[("image", "Image"), ("pdf", "Pdf")], max_length=8)),
                ("size_bytes", models.PositiveIntegerField()),
                ("original_name", models.CharField(max_length=120)),
                ("width", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveIntegerField(null=True)),
                ("pages", models.PositiveIntegerField(null=True)),
                ("received_at", models.DateTimeField()),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stored_files",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("clean_sha256", models.CharField(max_length=64)),
                ("clean_media_type", models.CharField(max_length=32)),
                ("clean_size", models.PositiveIntegerField()),
                ("thumb_sha256", models.CharField(max_length=64, null=True)),
            ],
            options={
                "ordering": ["received_at", "id"],
                "indexes": [
                    models.Index(fields=["sha256"], name="stored_file_sha256"),
                    models.Index(fields=["clean_sha256"], name="stored_file_clean_sha256"),
                    models.Index(fields=["thumb_sha256"], name="stored_file_thumb_sha256"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sha256__regex", HEX),
                            ("clean_sha256__regex", HEX),
                            models.Q(("thumb_sha256__isnull", True), ("thumb_sha256__regex", HEX), _connector="OR"),
                        ),
                        name="stored_file_hashes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("size_bytes__gt", 0),
                            ("clean_size__gt", 0),
                            models.Q(("original_name", ""), _negated=True),
                        ),
                        name="stored_file_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("clean_media_type__in", ["image/jpeg", "image/png"]),
                                ("height__gt", 0),
                                ("height__isnull", False),
                                ("kind", "image"),
                                ("media_type__in", ["image/jpeg", "image/png", "image/webp", "image/heic"]),
                                ("pages__isnull", True),
                                ("thumb_sha256__isnull", False),
                                ("width__gt", 0),
                                ("width__isnull", False),
                            ),
                            models.Q(
                                ("clean_media_type", "application/pdf"),
                                ("height__isnull", True),
                                ("kind", "pdf"),
                                ("media_type", "application/pdf"),
                                ("pages__gt", 0),
                                ("pages__isnull", False),
                                ("thumb_sha256__isnull", True),
                                ("width__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="stored_file_kind",
                    ),
                ],
            },
        ),
        # Evidence never changes: not through the ORM, not through a console.
        migrations.RunSQL(
            sql="""
                CREATE FUNCTION files_refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'a stored file never changes' USING ERRCODE = 'restrict_violation';
                END $$;
                CREATE TRIGGER files_storedfile_frozen BEFORE UPDATE ON files_storedfile
                    FOR EACH ROW EXECUTE FUNCTION files_refuse_update();
            """,
            reverse_sql="""
                DROP TRIGGER files_storedfile_frozen ON files_storedfile;
                DROP FUNCTION files_refuse_update();
            """,
        ),
    ]
