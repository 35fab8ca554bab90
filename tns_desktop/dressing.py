"""Dresses the application: texts, icons and colours, found among the program's resources and given to the window's parts."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from tns_desktop.adapters.platform.resources import resource_path
from tns_desktop.ui import i18n, icons, theme
from tns_desktop.ui.preview.spoken import install_document_roles


def dress(application: QApplication, language: str, theme_name: str) -> None:
    """Texts, icons and colours for the views made afterwards; ``system`` follows the system."""
    if language == "system":
        language = "fr" if QLocale.system().language() is QLocale.Language.French else "en"
    _translate_qt(application, language)
    i18n.install(_translator(language), load=_translator)
    icons.install(resource_path("icons"))
    install_document_roles()
    theme.apply(application, theme.load(theme_name))
    application.setWindowIcon(icons.application_icon())


@cache
def _translator(language: str) -> i18n.Translator:
    return i18n.Translator(language, resource_path("i18n", f"{language}.toml").read_text(encoding="utf-8"))


def _translate_qt(application: QApplication, language: str) -> None:
    """Qt's own words: keys, file dialogs, the menus of text fields. English is what it speaks without."""
    for former in application.findChildren(QTranslator):
        application.removeTranslator(former)
        former.deleteLater()
    translator = QTranslator(application)
    if translator.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
