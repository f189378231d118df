-- How complete and how usable is each field of each feed, and how did that change since the month before?
WITH quality AS (
    SELECT month_key, source_key, field, sum(records)::BIGINT AS records, sum(present)::BIGINT AS present, sum(unusable)::BIGINT AS unusable
    FROM fact_data_quality GROUP BY ALL
)
SELECT month.month, quality.source_key AS feed, quality.field, quality.records,
       round(quality.present / quality.records, 4) AS share_present,
       round((quality.present - quality.unusable) / quality.records, 4) AS share_usable,
       round((quality.present - quality.unusable) / quality.records
             - lag((quality.present - quality.unusable) / quality.records) OVER (PARTITION BY quality.source_key, quality.field ORDER BY quality.month_key), 4)
           AS change
FROM quality JOIN dim_month AS month USING (month_key)
WHERE quality.records > 0
ORDER BY month.month, feed, quality.field;
