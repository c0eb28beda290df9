"""What lists show of a conversation is read once from its messages, for those that are older than the lists."""

from django.db import migrations

SUM_UP = """
UPDATE conversations_conversation AS conversation
SET last_at = latest.sent_at, last_role = latest.author_role, excerpt = left(latest.text, 160)
FROM (
  SELECT DISTINCT ON (conversation_id) conversation_id, sent_at, author_role, text
  FROM conversations_message ORDER BY conversation_id, sent_at DESC, id DESC
) AS latest
WHERE latest.conversation_id = conversation.id
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_list_conversations")]
    operations = [migrations.RunSQL(SUM_UP, migrations.RunSQL.noop)]
