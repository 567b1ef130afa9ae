// SPDX-License-Identifier: Apache-2.0
// What the agent answers on D-Bus. Part of railhead-agent.
#include "host-agent/agent-interface.h"
#include "host-agent/agent-error.h"

const char agent_introspection[] =
    "<node><interface name='" AGENT_INTERFACE "'>"
    "<method name='Status'><arg type='a{sv}' direction='out'/></method>"
    "<method name='Apps'><arg type='aa{sv}' direction='out'/></method>"
    "<method name='Windows'><arg type='aa{sv}' direction='out'/></method>"
    "<method name='Run'><arg name='guest' type='s' direction='in'/><arg name='app' type='s' direction='in'/>"
    "<arg name='files' type='as' direction='in'/><arg name='platform_data' type='a{sv}' direction='in'/>"
    "<arg type='a{sv}' direction='out'/></method>"
    "<method name='Stop'><arg name='guest' type='s' direction='in'/></method>"
    "<method name='Remove'><arg name='guest' type='s' direction='in'/></method>"
    "<method name='Choose'><arg name='guest' type='s' direction='in'/><arg name='app' type='s' "
    "direction='in'/>"
    "<arg name='choice' type='s' direction='in'/><arg name='value' type='s' direction='in'/></method>"
    "<method name='OpenRequests'><arg type='aa{sv}' direction='out'/></method>"
    "<method name='AnswerOpen'><arg name='guest' type='s' direction='in'/><arg name='id' type='u' "
    "direction='in'/>"
    "<arg name='answer' type='s' direction='in'/></method>"
    "<method name='Desktop'><arg name='guest' type='s' direction='in'/><arg name='wish' type='s' "
    "direction='in'/>"
    "<arg name='options' type='a{sv}' direction='in'/><arg type='a{sv}' direction='out'/></method>"
    "<method name='GuestsChanged'/>"
    "<method name='Login'><arg name='guest' type='s' direction='in'/>"
    "<arg name='password' type='h' direction='in'/>" // of a pipe that one line can be read from
    "<arg name='problem' type='s' direction='out'/></method>"
    "<method name='Forget'><arg name='guest' type='s' direction='in'/></method>"
    "</interface></node>";
