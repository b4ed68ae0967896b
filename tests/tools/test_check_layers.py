"""tools/check_layers.py finds each kind of breach and lets the right thing pass."""

from __future__ import annotations

from pathlib import Path

import check_layers
import pytest

GOOD = {
    "core/sdk/touchstone/value.hpp": "#include <string>\n",
    "core/util/json.cpp": '#include <nlohmann/json.hpp>\n#include "touchstone/value.hpp"\n#include "util/json.hpp"\n',
    "core/host/library.cpp": '#include <boost/dll.hpp>\n#include "config/tree.hpp"\n',
    "core/pipeline/schedule.cpp": '#include <tbb/flow_graph.h>\n#include "store/run.hpp"\n// torch in a comment\n',
    "core/app/main.cpp": '#include <fmt/format.h>\n#include <sys/wait.h>\n#include "pipeline/pipeline.hpp"\n',
    "core/report/table.cpp": "const char* outcome = \"not_triton\";\n",
    "core/workers/checker.py": "import torch  # a relationship, no chip\n",
    "plugins/common/python_syntax/tree.hpp": "#include <string>\n",
    "plugins/common/python_syntax/tree.cpp": "#include <tree_sitter/api.h>\n",
    "plugins/metrics/lines/count.hpp": "",
    "plugins/metrics/lines/plugin.cpp": '#include "count.hpp"\n#include "python_syntax/tree.hpp"\n',
    "plugins/metrics/lines/plugin_test.cpp": '#include <doctest/doctest.h>\n#include "support/fake_host.hpp"\n',
    "plugins/runtimes/triton/candidate.py": "import triton\n",
    "tests/util/json_test.cpp": '#include <doctest/doctest.h>\n#include "util/json.hpp"\n',
    "tools/cmake/packages.cmake": "find_package(fmt REQUIRED)\n",
}

BAD = [
    ("core/util/a.cpp", '#include "config/tree.hpp"\n', "util may not include config"),
    ("core/store/a.cpp", '\n#include "report/table.hpp"\n', "a.cpp:2: store may not include report"),
    ("core/config/a.hpp", '#include "host/registry.hpp"\n', "config may not include host"),
    ("core/pipeline/a.cpp", '#include "app/cli.hpp"\n', "pipeline may not include app"),
    ("core/sdk/touchstone/a.hpp", '#include "util/json.hpp"\n', "sdk may not include util"),
    ("core/sdk/touchstone/a.hpp", "#include <fmt/format.h>\n", "<fmt/format.h> lives in"),
    ("core/util/a.cpp", '#include "json.hpp"\n', "is not written from core/"),
    ("core/host/other.cpp", "#include <boost/dll/shared_library.hpp>\n", "lives in core/host/library.cpp only"),
    ("core/host/a.cpp", "#include <yaml-cpp/yaml.h>\n", "lives in core/config/ only"),
    ("core/util/a.cpp", "#include <nlohmann/json.hpp>\n", "lives in core/util/json.cpp only"),
    ("core/exec/a.cpp", "#include <tbb/task_group.h>\n", "lives in core/pipeline/schedule.cpp only"),
    ("core/exec/a.cpp", "#  include <boost/asio.hpp>\n", "has no home"),
    ("core/exec/a.cpp", "#include <sqlite3.h>\n", "has no home"),
    ("core/util/a.cpp", "#include <doctest/doctest.h>\n", "lives in tests/ only"),
    ("tests/util/a_test.cpp", "#include <spdlog/spdlog.h>\n", "lives in core/util/log.cpp only"),
    ("plugins/metrics/a/plugin.cpp", '#include "util/json.hpp"\n', "a plugin sees nothing else"),
    ("plugins/metrics/a/plugin.cpp", '#include "../lines/count.hpp"\n', "a plugin sees nothing else"),
    ("plugins/metrics/a/plugin.cpp", '#include "support/fake_host.hpp"\n', "a plugin sees nothing else"),
    ("plugins/metrics/a/plugin.cpp", "#include <fmt/format.h>\n", "<fmt/format.h> lives in"),
    ("plugins/metrics/a/plugin.cpp", "#include <tree_sitter/api.h>\n", "lives in plugins/common/python_syntax/ only"),
    ("core/host/a.cpp", 'const char* name = "triton";\n', "'triton' is a plugin's matter"),
    ("core/report/a.hpp", "bool cuda;\n", "'cuda' is a plugin's matter"),
    ("core/workers/a.py", "def f():\n    import triton.language as tl\n", "a.py:2: core/workers serves every runtime"),
    ("core/workers/a.py", "import torch\ntorch.cuda.synchronize()\n", "a.py:2: core/workers serves every device"),
    ("core/workers/a.py", "import cuda_on_cpu\n", "goes to the runtime (hardware.py)"),
    ("core/workers/a.py", "from triton import jit\n", "core/workers serves every runtime"),
    ("core/workers/a.py", "if:\n", "cannot be read as Python"),
    ("core/exec/a.py", "", "Python lives in"),
    ("plugins/metrics/a/a.py", "", "Python lives in"),
    ("core/CMakeLists.txt", "find_package(CURL)\n", "stands in tools/cmake/packages.cmake"),
]


def tree(top: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    return top


def test_what_the_house_allows_passes(tmp_path: Path) -> None:
    assert check_layers.breaches(tree(tmp_path, GOOD)) == []


@pytest.mark.parametrize(("path", "text", "said"), BAD)
def test_each_breach_is_found_and_no_other(tmp_path: Path, path: str, text: str, said: str) -> None:
    found = check_layers.breaches(tree(tmp_path, GOOD | {path: text}))
    assert len(found) == 1, found
    assert found[0].startswith(path + ":") and said in found[0]


@pytest.mark.parametrize("comment", ['// #include "app/cli.hpp"\n', '/*\n#include "app/cli.hpp"\n triton */\n'])
def test_comments_are_no_breach(tmp_path: Path, comment: str) -> None:
    assert check_layers.breaches(tree(tmp_path, {"core/util/a.cpp": comment})) == []


def test_the_program_says_it_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["check_layers.py", str(tree(tmp_path, GOOD))])
    assert check_layers.main() == 0
    tree(tmp_path, {"core/util/a.cpp": '#include "app/cli.hpp"\n'})
    assert check_layers.main() == 1
    assert "core/util/a.cpp:1: util may not include app" in capsys.readouterr().out
