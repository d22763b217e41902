"""The index is the one that the user named, to uv or else to pip, and nobody's password is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from releases import user_index

NAMES = (
    *("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_CONFIG_FILE", "UV_NO_CONFIG"),
    *("PIP_INDEX_URL", "PIP_CONFIG_FILE"),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user who has told nobody anything."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(user_index, "_pip_files", lambda: [tmp_path / "pip" / "pip.conf"])
    monkeypatch.setattr(
        user_index, "_uv_settings", lambda read=user_index._uv_settings: (one for one in read() if "mark" in one)
    )
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_who_named_nothing_leaves_it_to_the_tools(home: Path) -> None:
    assert home
    assert user_index.default_index() is None
    assert user_index.first_indexes() == []
    assert user_index.uv_environment({"A": "b"}) == {"A": "b"}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ('mark = 1\nindex-url = "https://uv.test/simple"\n', []),
        ('mark = 1\n[[index]]\nurl = "https://uv.test/simple"\ndefault = true\n', []),
        (
            'mark = 1\n[[index]]\nurl = "https://own.test/"\n[[index]]\nurl = "https://uv.test/simple"\ndefault = true\n',
            ["https://own.test/"],
        ),
    ],
)
def test_uvs_settings_come_before_pips(home: Path, text: str, first: list[str]) -> None:
    write(home / "pip/pip.conf", "[global]\nindex-url = https://pip.test/simple\n")
    assert user_index.default_index() == "https://pip.test/simple"
    # uv does not read pip's settings: it is told.
    assert user_index.uv_environment({}) == {"UV_DEFAULT_INDEX": "https://pip.test/simple"}
    write(home / "uv/uv.toml", text)
    assert user_index.default_index() == "https://uv.test/simple"
    assert user_index.first_indexes() == first
    assert user_index.uv_environment({}) == {}


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_variables_come_before_files(home: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    write(home / "uv/uv.toml", 'mark = 1\nindex-url = "https://uv.test/simple"\n')
    monkeypatch.setenv(name, "mine=https://env.test/simple")
    monkeypatch.setenv("UV_INDEX", "https://a.test/ b=https://b.test/")
    assert user_index.default_index() == "https://env.test/simple"
    assert user_index.first_indexes() == ["https://a.test/", "https://b.test/"]


def test_pips_variable_comes_before_its_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / "pip/pip.conf", "[global]\nindex-url = https://pip.test/simple\n")
    monkeypatch.setenv("PIP_INDEX_URL", "https://env.test/simple")
    assert user_index.default_index() == "https://env.test/simple"


@pytest.mark.parametrize("text", ["[global\n", "index-url = x", "\x00"])
def test_settings_that_cannot_be_read_are_nobodys(home: Path, text: str) -> None:
    write(home / "pip/pip.conf", text)
    write(home / "uv/uv.toml", text)
    assert user_index.default_index() is None


def test_passwords_are_not_shown() -> None:
    assert user_index.without_secrets("https://me:pass@host.test:81/simple?token=1") == "https://host.test:81/simple"
