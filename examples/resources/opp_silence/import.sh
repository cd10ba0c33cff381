terraform import opp_silence.disks production/disks
