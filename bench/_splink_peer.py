"""Splink over a roll and a batch of requests, in an environment of its own that has splink and nothing of ours.

`python _splink_peer.py FILERS.csv CLAIMS.csv ANSWERS.jsonl`: both files have key, first, last, number, address.
"""

import json
import sys
import time

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def main() -> None:
    """Train by expectation maximisation, predict, write each request's best record with its probability."""
    filers_file, claims_file, answers_file = sys.argv[1:4]
    columns = dict.fromkeys(("key", "first", "last", "number", "address"), str)
    filers, claims = (
        pd.read_csv(file, dtype=columns).rename(columns={"key": "unique_id"}) for file in (filers_file, claims_file)
    )
    began = time.perf_counter()
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("first"),
            cl.NameComparison("last"),
            cl.DamerauLevenshteinAtThresholds("number", [1, 2]),
            cl.EmailComparison("address"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("number"),
            block_on("address"),
            block_on("last", "substr(first, 1, 1)"),
            block_on("first", "substr(last, 1, 3)"),
            block_on("substr(number, 1, 4)", "substr(first, 1, 1)"),
        ],
        probability_two_random_records_match=1 / max(1, len(filers)),
    )
    api = DuckDBAPI()
    tables = [api.register(filers), api.register(claims)]
    linker = Linker(tables, settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("number"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("last", "first"))
    pairs = linker.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()
    seconds = time.perf_counter() - began
    pairs = pairs.sort_values("match_probability", ascending=False)
    is_claim = pairs["unique_id_l"].str.startswith("claim-")
    pairs["claim"] = pairs["unique_id_l"].where(is_claim, pairs["unique_id_r"])
    pairs["filer"] = pairs["unique_id_r"].where(is_claim, pairs["unique_id_l"])
    best = pairs.drop_duplicates("claim")
    with open(answers_file, "w", encoding="utf-8") as file:
        print(json.dumps({"seconds": seconds}), file=file)
        for claim, filer, probability in best[["claim", "filer", "match_probability"]].itertuples(index=False):
            print(json.dumps({"claim": claim, "filer": filer, "probability": float(probability)}), file=file)


if __name__ == "__main__":
    main()
