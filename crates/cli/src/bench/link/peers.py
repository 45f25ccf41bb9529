"""Links one of the lists by Splink on DuckDB, set up in the manner of its own worked examples (for febrl with more ways
of bringing rows together than those have), and prints what `bench link` prints of ours.

Arguments: the list's name, the column that holds the answer, one CSV file or two. The answer is scored by and never compared.
"""

import resource
import sys
import time
import warnings

import duckdb
import splink
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
import splink.comparison_library as cl

warnings.filterwarnings("ignore")
name, answer, *files = sys.argv[1:]


def exact(column):
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


FEBRL = dict(
    comparisons=[
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        exact("street_number"),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]),
    ],
    blocking=[
        block_on("soc_sec_id"),
        block_on("given_name", "surname"),
        block_on("date_of_birth"),
        block_on("surname", "postcode"),
        block_on("given_name", "postcode"),
        block_on("street_number", "address_1"),
        block_on("given_name", "street_number"),
        block_on("surname", "street_number"),
    ],
    sure=[block_on("given_name", "surname", "date_of_birth"), block_on("soc_sec_id")],
    recall=0.9,
    learn=[block_on("date_of_birth"), block_on("given_name", "surname")],
)

SETTINGS = {
    "febrl3": FEBRL,
    "febrl4": FEBRL,
    "fake_1000": dict(
        comparisons=[
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            exact("city"),
            cl.EmailComparison("email"),
        ],
        blocking=[block_on("first_name", "city"), block_on("surname"), block_on("dob"), block_on("email")],
        sure=["l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob", "l.email = r.email"],
        recall=0.7,
        learn=[block_on("dob"), block_on("first_name", "surname")],
    ),
    "historical": dict(
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="both_names"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            exact("birth_place"),
            exact("occupation"),
        ],
        blocking=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"),
            block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        sure=["l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob"],
        recall=0.6,
        learn=[block_on("first_name", "surname"), block_on("dob")],
    ),
    "people": dict(
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "surname", forename_surname_concat_col_name="both_names"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
            cl.ExactMatch("sex"),
            cl.JaroWinklerAtThresholds("street", [0.9]),
            exact("town"),
            cl.LevenshteinAtThresholds("postcode", 1),
        ],
        blocking=[
            block_on("surname", "date_of_birth"),
            block_on("given_name", "date_of_birth"),
            block_on("given_name", "surname", "postcode"),
            block_on("street", "given_name"),
            block_on("date_of_birth", "postcode"),
        ],
        sure=["l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth"],
        recall=0.7,
        learn=[block_on("given_name", "surname"), block_on("date_of_birth")],
    ),
}

asked = SETTINGS[name]
begun = time.process_time()
con = duckdb.connect()
con.execute("set enable_progress_bar = false")
for at, path in enumerate(files):
    source = f"read_csv('{path}', all_varchar = true)"
    found = [row[0] for row in con.execute(f"describe select * from {source}").fetchall()]
    cells = ", ".join(f"""nullif(trim("{column}"), '') as {column.strip()}""" for column in found)
    # In febrl the id holds the answer: "rec-12-dup-0".
    truth = f"split_part({answer}, '-', 2)" if answer == "rec_id" else answer
    given = next((column.strip() for column in found if column.strip() in ("first_name", "given_name")), "null")
    con.execute(
        f"""create table list_{at} as select * exclude ({answer}), {truth} as truth,
            '{at}-' || row_number() over () as row_number, {given} || ' ' || surname as both_names
            from (select {cells} from {source})"""
    )
api = DuckDBAPI(con)
registered = [api.register(f"list_{at}", dataset_display_name=f"list {at}") for at in range(len(files))]
settings = SettingsCreator(
    link_type="link_only" if len(files) == 2 else "dedupe_only",
    unique_id_column_name="row_number",
    comparisons=asked["comparisons"],
    blocking_rules_to_generate_predictions=asked["blocking"],
    additional_columns_to_retain=["truth"],
)
linker = Linker(registered if len(files) == 2 else registered[0], settings, log_level="ERROR")
linker.training.estimate_probability_two_random_records_match(asked["sure"], recall=asked["recall"])
linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=7)
for rule in asked["learn"]:
    linker.training.estimate_parameters_using_expectation_maximisation(rule)
predicted = linker.inference.predict()
clusters = {
    least: linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=least)
    for least in (0.5, 0.95)
}
took = time.process_time() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000

con.execute("create view everything as " + " union all ".join(f"select truth, {at} as list from list_{at}" for at in range(len(files))))
if len(files) == 2:
    wanted = con.execute(
        "select count(*) from everything a join everything b on a.truth = b.truth and a.list = 0 and b.list = 1"
    ).fetchone()[0]
else:
    wanted = con.execute("select sum(n * (n - 1) / 2) from (select count(*) n from everything group by truth)").fetchone()[0]
con.execute(
    f"create view pairs as select match_weight w, match_probability p, (truth_l = truth_r)::int same from {predicted.physical_name}"
)
compared, found = con.execute("select count(*), sum(same) from pairs").fetchone()
best = con.execute(
    f"""with sums as (select sum(same) over (order by w desc rows unbounded preceding) of_them,
                      row_number() over (order by w desc) n from pairs)
        select max(2.0 * of_them / (n + {wanted})) from sums"""
).fetchone()[0]
half = con.execute(f"select 2.0 * sum(same) / (count(*) + {wanted}) from pairs where p >= 0.5").fetchone()[0]


def calibration(least):
    return con.execute(
        f"""select sum(abs(said - is_true) * n) / sum(n) from
            (select avg(p) said, avg(same) is_true, count(*) n from pairs where p >= {least} group by least(floor(p * 10), 9))"""
    ).fetchone()[0]


print(f"  Splink {splink.__version__} (DuckDB {duckdb.__version__}): {compared} compared, blocking recall {found / wanted:.4f}")
print(f"    pairs: best F1 {best:.5f}, at 0.5 F1 {half:.5f}")
for least, table in clusters.items():
    if len(files) == 2:
        one = "a.cluster_id = b.cluster_id and a.source_dataset < b.source_dataset"
        rows = f"{table.physical_name} a join {table.physical_name} b on {one}"
        said, right = con.execute(f"select count(*), sum((a.truth = b.truth)::int) from {rows}").fetchone()
    else:
        counted = "select sum(n * (n - 1) / 2) from (select count(*) n from {} group by {})"
        said = con.execute(counted.format(table.physical_name, "cluster_id")).fetchone()[0]
        right = con.execute(counted.format(table.physical_name, "cluster_id, truth")).fetchone()[0]
    print(f"    clusters at {least}: F1 {2 * right / (said + wanted):.5f}")
print(f"    calibration error, 10 bins: {calibration(0):.4f} over all compared, {calibration(0.01):.4f} over pairs of 0.01 and more")
print(f"    {took:.2f} CPU s, {peak:.0f} MB at the peak")
