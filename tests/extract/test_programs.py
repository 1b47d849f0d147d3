"""What a command runs."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltd.commandline import Layers, Program, program


def short(found: Program | None) -> str:
    """``kind name by``, and what else is not as usual."""
    if found is None:
        return ""
    attribute = f":{found.attribute}" if found.attribute else ""
    folder = f" in {found.folder or '?'}" if found.folder != "." else ""
    return f"{found.kind} {found.name}{attribute} {found.by}".rstrip() + folder


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        # Python
        ("python train.py --lr 1", "script train.py python"),
        ("python3.10 -u -W ignore src/train.py", "script src/train.py python"),
        (".venv/bin/python -X utf8 -B a.py", "script a.py python"),
        ("CUDA_VISIBLE_DEVICES=0 A= python a.py", "script a.py python"),
        ("$PYTHON a.py", "script a.py python"),
        ("$(PYTHON_INTERPRETER) src/data/make_dataset.py data/raw", "script src/data/make_dataset.py python"),
        ("python -m pkg.train x", "module pkg.train python"),
        ("python -um pkg", "module pkg python"),
        ("python -mpkg.a", "module pkg.a python"),
        ("python $ROOT/a.py", "script $ROOT/a.py python"),
        ("ipython notebooks/a.ipynb", "notebook notebooks/a.ipynb python"),
        ("python pkgdir", "script pkgdir python"),
        ("python -c 'import a'", ""),
        ("python - < a.py", ""),
        ("python", ""),
        ("python $SCRIPT", ""),
        ("python <script>.py", ""),
        ("python --version", ""),
        ("python -m pip install x", ""),
        ("python -m pytest tests", ""),
        # behind others
        ("nohup time nice -n 5 python a.py", "script a.py python"),
        ("sudo -u me env -i A=1 python a.py", "script a.py python"),
        ("timeout -s KILL 10m python a.py", "script a.py python"),
        ("poetry run python a.py", "script a.py python"),
        ("pipenv run ./a.py", "script ./a.py"),
        ("uv run --with numpy --python 3.12 train.py", "script train.py"),
        ("uv run -m pkg.train", "module pkg.train python"),
        ("uv --version", ""),
        ("conda run -n env --cwd sub python a.py", "script a.py python in sub"),
        ("docker compose exec -T backend python a.py", "script a.py python"),
        ("docker exec -e X=1 -w /app trainer python a.py", "script a.py python"),
        ("hatch run test:python a.py", "script a.py python"),
        ("dvc run -n prep -d a.csv -o b.csv -w sub python prep.py a.csv", "script prep.py python in sub"),
        ("dvc stage add -n x -d train.py 'python train.py --lr 1'", "script train.py python"),
        ("srun --gpus=1 -n 4 python a.py", "script a.py python"),
        ("mpirun -np 4 -x PATH python3 a.py", "script a.py python"),
        ("xargs -n1 -P 4 python a.py", "script a.py python"),
        ("tini -- python a.py", "script a.py python"),
        # launchers
        ("torchrun --nproc_per_node 4 --nnodes=1 train.py --lr 1", "script train.py torchrun"),
        ("torchrun --nproc_per_node=2 -m pkg.train", "module pkg.train torchrun"),
        ("python -m torch.distributed.launch --nproc_per_node=2 tools/train.py", "script tools/train.py torchrun"),
        ("accelerate launch --config_file c.yaml train.py", "script train.py accelerate"),
        ("accelerate config", ""),
        ("deepspeed --num_gpus 2 train.py", "script train.py deepspeed"),
        ("python -m cProfile -o out.prof a.py", "script a.py python"),
        ("coverage run --source x a.py", "script a.py coverage"),
        ("coverage report", ""),
        ("spark-submit --py-files a.py --master yarn job.py", "script job.py spark-submit"),
        # servers
        ("streamlit run app/main.py --server.port 80", "script app/main.py streamlit"),
        ("python -m streamlit run app.py", "script app.py streamlit"),
        ("uvicorn pkg.main:app --host 0.0.0.0 --port 80", "module pkg.main:app uvicorn"),
        ("uvicorn --app-dir src main:app", "module main:app uvicorn in src"),
        (
            "gunicorn -w 4 -b 0.0.0.0:80 -k uvicorn.workers.UvicornWorker 'pkg.web:create_app()'",
            "module pkg.web:create_app gunicorn",
        ),
        ("gunicorn --chdir app wsgi", "module wsgi:application gunicorn in app"),
        ("FLASK_APP=web.py flask run", "script web.py flask"),
        ("flask --app pkg.web:make run -p 80", "module pkg.web:make flask"),
        ("flask run", "script app.py flask"),
        ("flask db upgrade", ""),
        ("fastapi run app/main.py", "script app/main.py fastapi"),
        ("celery -A proj worker", "module proj celery"),
        ("bentoml serve service:svc", "module service:svc bentoml"),
        ("locust -f load.py", "script load.py locust"),
        # notebooks, R, shells
        ("papermill in.ipynb out.ipynb -p a 1", "notebook in.ipynb papermill"),
        ("jupyter nbconvert --to notebook --execute --inplace a.ipynb", "notebook a.ipynb jupyter"),
        ("jupyter nbconvert --to html a.ipynb", ""),
        ("jupyter notebook a.ipynb", ""),
        ("jupyter execute a.ipynb", "notebook a.ipynb jupyter"),
        ("Rscript --vanilla x.R a", "r x.R Rscript"),
        ("R CMD BATCH x.r", "r x.r R"),
        ("Rscript -e 'x'", ""),
        ("bash -e scripts/x.sh a", "shell scripts/x.sh bash"),
        ("sh -c 'cd sub && python a.py'", "script a.py python in sub"),
        ("bash -lc 'echo; exec python a.py'", "script a.py python"),
        ("bash", ""),
        ("sh -s -- stable", ""),
        ("source .venv/bin/activate", ""),
        (". ./env.sh", "shell ./env.sh ."),
        ("./run.sh", "shell ./run.sh"),
        ("scripts/a.py x", "script scripts/a.py"),
        ("a.py", ""),
        ("ls a.py", ""),
        ("make train", ""),
        ("docker run image python a.py", ""),
        ("A=1", ""),
    ],
)
def test_programs(command: str, expected: str) -> None:
    assert short(program(shlex.split(command))) == expected


def test_arguments_are_those_of_the_program() -> None:
    assert program(["papermill", "-p", "lr", "1", "in.ipynb", "out.ipynb"]) == Program(
        "notebook", "in.ipynb", ["-p", "lr", "1", "out.ipynb"], "papermill"
    )
    found = program(["nohup", "torchrun", "--nnodes", "1", "a.py", "--lr", "1", "b.py"])
    assert found == Program("script", "a.py", ["--lr", "1", "b.py"], "torchrun")


_WORDS = (
    "python -m -c -u a.py a.b a.b:c --x -x = A=1 sh -c bash uv run dvc stage add torchrun flask --app gunicorn $X '' - "
    "-- conda -n env time timeout xargs source . ./a.sh jupyter nbconvert --execute a.ipynb R Rscript x.R"
)
words = st.sampled_from(_WORDS.split())


@given(st.lists(words | st.text()))
def test_any_words(argv: list[str]) -> None:
    found = program(argv)
    assert found is None or (found.name and found.kind in ("script", "module", "notebook", "r", "shell"))


def test_layers_lead_back_to_the_tree() -> None:
    layers = Layers.of([("requirements.txt", "/app/requirements.txt"), ("src", "/app"), ("tools/*.py", "/opt/*.py")])
    assert layers.origin("/app/train.py") == "src/train.py"
    assert layers.origin("/app/requirements.txt") == "requirements.txt"
    assert layers.origin("/opt/x.py") == "tools/x.py"
    assert layers.origin("/var/x.py") == ""
    assert layers.folder("/app/jobs") == "src/jobs"
    assert layers.folder("/var") == ""
