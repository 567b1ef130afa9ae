@echo off
rem Takes back what install.cmd did, but for the update KB961742.
setlocal
set here=%~dp0
"%here%railhead-guest.exe" /uninstall
regedit /s "%here%railhead-undo.reg"
exit /b 0
