"""Parts of other packages that they do not promise to keep, each by its name.

Where one is missing, a new version of the package has changed it: see what took its place, or put
the version out of reach in `pyproject.toml`.
"""

from __future__ import annotations

import inspect
import os
import sys
import tomllib
from pathlib import Path

import pytest
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.history import HistoryManager
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from jupyter_client.session import Session
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbgrader import api
from nbgrader.preprocessors import GetGrades
from packaging.requirements import Requirement

from autograder.classroom.gradebook.opening import newest_version

PROJECT = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text())["project"]

PRIVATE = {
    "ipykernel": {
        IOPubThread: ("thread", "io_loop", "start", "schedule", "send_multipart"),
        OutStream: ("_flush", "pub_thread", "write", "writelines"),
        IPythonKernel: (
            *("_supports_kernel_subshells", "_execute_sleep", "_abort_queues", "shell_main"),
            *("_send_interrupt_children", "shell_channel_thread"),
            *("_publish_execute_input", "_publish_status"),
        ),
        IPKernelApp: (
            *("init_pdb", "configure_tornado_logger", "init_shell", "init_extensions", "init_io"),
            *("init_signal", "init_path", "init_gui_pylab", "init_code", "patch_io"),
        ),
    },
    "ipython": {
        TransformerManager: ("token_transformers", "do_token_transforms"),
        InteractiveShell: ("should_run_async", "input_transformer_manager", "exit_now"),
        HistoryManager: ("outputs", "dir_hist"),
    },
    "jupyter_client": {
        AsyncKernelClient: ("_shell_channel", "_iopub_channel"),
        AsyncKernelManager: ("_async_pre_start_kernel", "_async_interrupt_kernel"),
        LocalProvisioner: ("pre_launch", "launch_kernel", "poll", "cleanup", "process"),
        Session: ("send", "msg", "pack", "unpack", "feed_identities", "deserialize"),
    },
    "nbclient": {
        NotebookClient: (
            *("_async_cleanup_kernel", "_get_timeout", "_display_id_map", "process_message"),
            *("clear_before_next_output", "code_cells_executed", "skip_cells_with_tag"),
        ),
    },
    "nbconvert": {
        HTMLExporter: (
            *("_init_resources", "_nb_metadata", "_preprocessors", "_preprocess"),
            *("raw_template", "register_filter"),
        ),
        Highlight2HTML: ("pygments_lexer",),
    },
    "nbgrader": {
        GetGrades: ("_get_score", "gradebook", "notebook_id", "assignment_id", "student_id"),
        api: ("app_log", "get_alembic_version", "BaseCell", "GradeCell", "SubmittedNotebook"),
    },
}
"""By package: which of its parts are used though they are private, or taken the place of."""


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        pytest.param(owner, name, id=f"{package}: {owner.__name__}.{name}")
        for package, owners in PRIVATE.items()
        for owner, names in owners.items()
        for name in names
    ],
)
def test_a_private_part_is_there(owner, name):
    assert hasattr(owner, name) or name in inspect.getsource(owner)


@pytest.mark.parametrize("package", PRIVATE)
def test_versions_that_nobody_has_tried_are_out_of_reach(package):
    (line,) = (one for one in PROJECT["dependencies"] if Requirement(one).name == package)
    assert {one.operator for one in Requirement(line).specifier} == {">=", "<"}


def test_a_gradebook_has_the_version_that_nbgrader_would_ask_a_process_for(monkeypatch):
    tools = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", os.pathsep.join([tools, os.environ.get("PATH", os.defpath)]))
    assert newest_version() == api.get_alembic_version()
