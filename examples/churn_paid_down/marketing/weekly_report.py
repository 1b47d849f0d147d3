"""Monday report: whom to write to, and what churn may cost us by region."""

from pathlib import Path

from retention.contracts import load_scores

OUT = Path(__file__).resolve().parent / "out"


def main() -> None:
    scores = load_scores()

    by_region = scores.groupby("region").agg(
        customers=("customer_id", "count"),
        churn=("churn_probability", "mean"),
        at_stake=("at_stake", "sum"),
    )
    by_region = by_region.round(2).sort_values("at_stake", ascending=False)

    mailing = scores[(scores["risk"] == "high") & (scores["email_opt_in"] == 1)]
    mailing = mailing[["customer_id", "plan", "offer", "at_stake"]].round(2).head(25)

    OUT.mkdir(exist_ok=True)
    by_region.to_csv(OUT / "regions.csv")
    mailing.to_csv(OUT / "mailing.csv", index=False)
    print(by_region.to_string())


if __name__ == "__main__":
    main()
