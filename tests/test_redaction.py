"""What is secret in an address is neither printed nor kept, and still used."""

from __future__ import annotations

import json

import pytest

from livegrade.cli import run_command_line
from livegrade.errors import MediaError
from livegrade.redaction import shown, without_secret_options
from livegrade.transport.address import parse_sink, parse_source

URL = "rtsp://dit:s3cret@10.0.0.5/camera?token=abc"


@pytest.mark.parametrize("parse", [parse_source, parse_sink])
def test_an_address_is_shown_without_its_password_and_opened_with_it(parse) -> None:
    address = parse(f"ffmpeg::{URL}")
    assert str(address) == address.text == "ffmpeg::rtsp://***@10.0.0.5/camera?token=***"
    assert address.target == f":{URL}"


@pytest.mark.parametrize("parse", [parse_source, parse_sink])
@pytest.mark.parametrize("word", ["s3;s4", "'s3'", 's3"s4', "s3:s4", "s3,s4", "s3 s4", "s3#s4", ";s3", "s3'"])
def test_a_secret_of_a_url_ends_where_the_url_says(parse, word: str) -> None:
    url = f"srt://10.0.0.5:9000?mode=caller&passphrase={word}"
    for end in ("", "&latency=200"):
        address = parse(f"ffmpeg:mpegts:{url}{end},slot=A" if parse is parse_sink else f"ffmpeg:mpegts:{url}{end}")
        hidden = f"ffmpeg:mpegts:srt://10.0.0.5:9000?mode=caller&passphrase=***{end}"
        assert address.text.removesuffix(",slot=A") == hidden
        assert address.target == f"mpegts:{url}{end}"
        assert "s4" not in without_secret_options(f"ffmpeg:mpegts:{url}{end}")
        assert str(MediaError(url + end, "ends")) == f"srt://10.0.0.5:9000?mode=caller&passphrase=***{end}: ends"


def test_sentences_do_not_hold_it_and_names_of_files_stay() -> None:
    assert str(MediaError(URL, "gives no picture")) == "rtsp://***@10.0.0.5/camera?token=***: gives no picture"
    assert shown("take,key=2.mov") == "take,key=2.mov"


def test_nothing_that_is_printed_holds_it(tmp_path, capsys) -> None:
    stats = tmp_path / "stats.json"
    out = "ffmpeg:mpegts:tcp://dit:s3cret@127.0.0.1:1"
    run = ["run", "pattern:bars@96x54p25", "--engine", "native", "--out", out, "--for", "0.5", "--stats", str(stats)]
    run_command_line(run)
    assert run_command_line(["still", "ffmpeg::http://dit:s3cret@127.0.0.1:1/a", "-o", str(tmp_path / "a.png")]) == 1
    assert run_command_line(["run", "http://dit:s3cret@127.0.0.1/a"]) == 2
    told = capsys.readouterr()
    assert "s3cret" not in told.out + told.err + stats.read_text("utf-8")
    assert "cannot be reached" in told.err
    assert json.loads(stats.read_text("utf-8"))["sinks"][0]["address"] == "ffmpeg:mpegts:tcp://***@127.0.0.1:1"
