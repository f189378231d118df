-- How well were records linked in each month: records per person, persons found in several feeds, pairs that wait for a person to judge?
SELECT month.month, fact.person_records, fact.persons, round(fact.person_records / fact.persons, 3) AS records_per_person,
       fact.persons_in_several_feeds, round(fact.persons_in_several_feeds / fact.persons, 4) AS share_in_several_feeds,
       fact.pairs_linked, fact.pairs_to_review, fact.pairs_prevented,
       round(1000 * fact.pairs_to_review / fact.person_records, 2) AS to_review_per_1000_records
FROM fact_run AS fact JOIN dim_month AS month USING (month_key)
ORDER BY month.month;
