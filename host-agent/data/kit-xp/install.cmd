@echo off
rem Installs Railhead's guest agent on Windows XP. README.txt says what it does. Run it as an administrator.
setlocal
set here=%~dp0
set code=0

ver | find "5.1." >nul
if errorlevel 1 echo This is not Windows XP: the update and some settings are not for it.

if exist "%SystemRoot%\system32\rdpinit.exe" goto has_update
for %%f in ("%here%WindowsXP-KB961742*.exe") do (
    echo Installing %%~nxf
    start "" /wait "%%~ff" /quiet /norestart
)
if exist "%SystemRoot%\system32\rdpinit.exe" goto has_update
echo The update KB961742 is missing: copy it into this folder, or install it, and run this again.
set code=3
:has_update

regedit /s "%here%railhead.reg"
if errorlevel 1 (
    echo The settings in railhead.reg could not be written: run this as an administrator.
    exit /b 1
)
"%here%railhead-guest.exe" /install /quiet
if errorlevel 3 goto check
if errorlevel 1 (
    echo The guest agent could not be installed; railhead-guest.exe /install says why.
    exit /b 1
)
:check
"%here%railhead-guest.exe" /status
if errorlevel 1 set code=3
if %code%==0 echo Nothing is missing. Leave this Windows at its logon screen.
exit /b %code%
