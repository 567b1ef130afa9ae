# SPDX-License-Identifier: Apache-2.0
# Completion of railhead for fish. Looks at files alone: nothing is started for it.

function __railhead_guests
    set -l config $XDG_CONFIG_HOME
    test -n "$config"; or set config $HOME/.config
    for file in $config/railhead/guests/*.conf
        string replace -r '.*/(.*)\.conf$' '$1' $file
    end
end

function __railhead_programs
    set -l data $XDG_DATA_HOME
    test -n "$data"; or set data $HOME/.local/share
    for file in $data/applications/io.railhead.*.desktop
        string replace -f -r '^Name=' '' < $file | head -n 1
    end
end

function __railhead_at # WORD...: these and no others are there yet
    set -l words (commandline -opc)
    test (count $words) -eq (math (count $argv) + 1); and test "$words[2..]" = "$argv"
end

function __railhead_after # WORD WORD: the first two, and any after them
    set -l words (commandline -opc)
    test (count $words) -gt 3; and test "$words[2..3]" = "$argv"
end

complete -c railhead -f
complete -c railhead -n __railhead_at -a 'status apps run windows guest share open requests site links desktop stop doctor report'
complete -c railhead -n '__railhead_at guest' -a 'list add set login trust kit remove'
for word in set login trust remove
    complete -c railhead -n "__railhead_at guest $word" -a '(__railhead_guests)'
end
complete -c railhead -n '__railhead_at guest kit' -a xp
complete -c railhead -n '__railhead_after guest set; or __railhead_after guest add' \
    -a 'kind= address= user= pixels= security= tls= certificate= depth= frame= size= documents= scale= linger= start= open-links= open-documents='
complete -c railhead -n '__railhead_at share' -a 'list add remove'
complete -c railhead -n '__railhead_at apps' -a 'hide show rename icon reset'
for word in hide rename icon reset
    complete -c railhead -n "__railhead_at apps $word" -a '(__railhead_programs)'
end
complete -c railhead -n '__railhead_at run' -a '(__railhead_programs)'
complete -c railhead -n '__fish_seen_subcommand_from run report' -F
complete -c railhead -n '__railhead_at desktop' -a '--show --hide --toggle --fullscreen --all-monitors (__railhead_guests)'
complete -c railhead -n '__railhead_at stop' -a '(__railhead_guests)'
complete -c railhead -l json -d 'for programs'
