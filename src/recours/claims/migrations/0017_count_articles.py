from django.db import migrations

COUNT_THEM = """
UPDATE claims_claim AS claim SET more_articles = counted.more
FROM (
  SELECT claim_id, count(*) - 1 AS more FROM claims_claimline GROUP BY claim_id HAVING count(*) > 1
) AS counted
WHERE claim.id = counted.claim_id AND claim.more_articles <> counted.more
"""


class Migration(migrations.Migration):
    """Claims about several articles are few: the others keep what the column begins with, and it may be run again."""

    dependencies = [("claims", "0016_name_more_articles")]

    operations = [migrations.RunSQL(COUNT_THEM, migrations.RunSQL.noop)]
