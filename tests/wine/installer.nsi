; SPDX-License-Identifier: Apache-2.0
; An installer as users meet it: a program, a folder in the Start menu with another below it, an uninstaller with its entry,
; a file type with icon and two verbs, a URL scheme. makensis -DPROGRAM=probe.exe -DOUTPUT=setup.exe -X"Target STUB" installer.nsi
Name "Probe Works"
OutFile "${OUTPUT}"
InstallDir "$PROGRAMFILES\Probe Works"
SilentInstall silent
RequestExecutionLevel admin

Section
  SetOutPath "$INSTDIR"
  File "/oname=works.exe" "${PROGRAM}"
  FileOpen $0 "$INSTDIR\readme.txt" w
  FileWrite $0 "read me"
  FileClose $0
  WriteUninstaller "$INSTDIR\uninstall.exe"
  SetShellVarContext all
  CreateDirectory "$SMPROGRAMS\Probe Works\Tools"
  CreateShortcut "$SMPROGRAMS\Probe Works\Probe Works.lnk" "$INSTDIR\works.exe" "" "$WINDIR\notepad.exe" 0
  CreateShortcut "$SMPROGRAMS\Probe Works\Tools\Probe Tool.lnk" "$INSTDIR\works.exe" "/tool"
  CreateShortcut "$SMPROGRAMS\Probe Works\Read me.lnk" "$INSTDIR\readme.txt"
  CreateShortcut "$SMPROGRAMS\Probe Works\Uninstall Probe Works.lnk" "$INSTDIR\uninstall.exe"
  WriteRegStr HKLM "Software\Classes\.pworks" "" "ProbeWorks.Document"
  WriteRegStr HKLM "Software\Classes\ProbeWorks.Document" "" "Probe Works document"
  WriteRegStr HKLM "Software\Classes\ProbeWorks.Document\DefaultIcon" "" "$WINDIR\notepad.exe,0"
  WriteRegStr HKLM "Software\Classes\ProbeWorks.Document\shell\open\command" "" '"$INSTDIR\works.exe" "%1"'
  WriteRegStr HKLM "Software\Classes\ProbeWorks.Document\shell\print\command" "" '"$INSTDIR\works.exe" /print "%1"'
  WriteRegStr HKLM "Software\Classes\.txt\OpenWithProgids" "ProbeWorks.Document" ""
  WriteRegStr HKLM "Software\Classes\probeworks" "" "URL:Probe Works"
  WriteRegStr HKLM "Software\Classes\probeworks" "URL Protocol" ""
  WriteRegStr HKLM "Software\Classes\probeworks\shell\open\command" "" '"$INSTDIR\works.exe" "%1"'
SectionEnd

Section "Uninstall"
  SetShellVarContext all
  RMDir /r "$SMPROGRAMS\Probe Works"
  DeleteRegKey HKLM "Software\Classes\.pworks"
  DeleteRegKey HKLM "Software\Classes\ProbeWorks.Document"
  DeleteRegKey HKLM "Software\Classes\probeworks"
  DeleteRegValue HKLM "Software\Classes\.txt\OpenWithProgids" "ProbeWorks.Document"
  Delete "$INSTDIR\works.exe"
  Delete "$INSTDIR\readme.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
SectionEnd
