from django.db import migrations

NAME_THEM = r"""
UPDATE conversations_conversation AS named SET subject = first.title
FROM conversations_conversation AS untitled
CROSS JOIN LATERAL (
  SELECT message.text, btrim(regexp_replace(message.text, '\s+', ' ', 'g')) AS words
  FROM conversations_message AS message
  WHERE message.conversation_id = untitled.id AND message.channel <> 'page' AND message.text ~ '\S'
  ORDER BY message.sent_at, message.id LIMIT 1
) AS said
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN strpos(substring(said.text, 1, 60), ' ') = 0 THEN btrim(substring(said.text, 1, 60), E' \t\r\n')
    WHEN length(said.words) <= 60 THEN said.words
    ELSE rtrim(regexp_replace(substring(said.words, 1, 60), '\S*$', '')) || '…'
  END AS title
) AS first
WHERE named.id = untitled.id AND untitled.subject = '' AND untitled.topic = ''
"""
"""As `first_words` of `conversations.commands.sending` said it when this was written."""


class Migration(migrations.Migration):
    """What came by a channel before its first words named it was « Message sans titre » for ever, in every list.

    Only what has no title is named, so that it may be run again; what the site's own pages asked for keeps its topic.
    """

    dependencies = [("conversations", "0012_note_strangers")]

    operations = [migrations.RunSQL(sql=NAME_THEM, reverse_sql=migrations.RunSQL.noop)]
