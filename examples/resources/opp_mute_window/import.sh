terraform import opp_mute_window.nights production/nights
