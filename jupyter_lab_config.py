"""Settings of `make lab`: a saved notebook stays clean of what differs between machines."""

from aftermumbai.book.execute import clean


def keep_clean(model, **kwargs):
    """Clean a notebook as `make execute` does before JupyterLab writes it."""
    if model["type"] == "notebook":
        clean(model["content"])


c = get_config()  # noqa: F821
c.FileContentsManager.pre_save_hook = keep_clean
c.LabApp.news_url = None
