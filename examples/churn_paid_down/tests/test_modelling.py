import pandas as pd
from sklearn.linear_model import LogisticRegression

from retention.modelling import CustomerModel, offers_of_neighbours

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d"],
        "plan": ["basic", "basic", "premium", "premium"],
        "segment": ["core", None, "heavy", "quiet"],
        "minutes_4w": [10.0, None, 900.0, 800.0],
    }
)


def test_answers_come_by_customer():
    model = CustomerModel(LogisticRegression(), ["plan", "segment", "minutes_4w"])
    model.fit(CUSTOMERS, pd.Series([1, 1, 0, 0]))
    answers = model.predict(CUSTOMERS[::-1])
    assert answers.index.tolist() == ["d", "c", "b", "a"]
    assert answers["a"] > 0.5 > answers["c"]


def test_a_saved_model_answers_the_same(tmp_path):
    model = CustomerModel(LogisticRegression(), ["plan", "minutes_4w"]).fit(CUSTOMERS, pd.Series([1, 1, 0, 0]))
    model.save(tmp_path / "model.joblib")
    again = CustomerModel.load(tmp_path / "model.joblib")
    assert again.predict(CUSTOMERS).equals(model.predict(CUSTOMERS))


def test_neighbours_share_their_offers():
    history = pd.DataFrame({"x": [1.0, 1.0, 0.0], "y": [0.0, 0.0, 1.0]}, index=["a", "b", "c"])
    shares = offers_of_neighbours(history, neighbours=2)
    assert shares.loc["a"].tolist() == [1.0, 0.0]
