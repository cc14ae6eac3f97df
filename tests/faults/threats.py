"""Who may send what, what it could do, what stops it, and the tests that hold it."""

from typing import NamedTuple

from tests.faults.table import listed


class Threat(NamedTuple):
    """One way to do harm. `tests` are names as pytest takes them, below the folder `tests`."""

    who: str
    harm: str
    stop: str
    tests: tuple[str, ...]


_HUGE = "faults/test_huge_answers.py"

THREATS = (
    Threat(
        "The server, or who stands between",
        "answers that look like an end, other days, HTML, half an answer: rows missing without a word",
        "every answer is checked against what was asked, every day against the server's counts",
        (
            "test_faults.py::test_each_way_to_fail_alone_changes_no_byte_even_where_most_requests_fail",
            "test_extract.py::test_an_answer_about_something_else_leaves_the_window_with_scope_day_and_page",
            "test_fuzz.py::test_what_fuzzing_has_found_is_taken_or_refused_as_it_says",
        ),
    ),
    Threat(
        "The server, or who stands between",
        "answers without an end, packed a thousandfold, nested deeply, in drops: memory, disk and time used up",
        "limits on size, time, pages and layers of packing; no recursion over what was sent",
        (
            f"{_HUGE}::test_a_page_of_a_gigabyte_is_read_no_further_than_its_limit",
            f"{_HUGE}::test_what_is_packed_more_than_once_is_not_unpacked",
            "test_client.py::test_an_answer_that_trickles_is_given_up",
            "test_extract_states.py::test_legacy_tables_that_loop_end_short_with_the_reason",
        ),
    ),
    Threat(
        "The server, or who stands between",
        "takes the token: by a redirect, a false certificate, plain http, an error message, a debugging proxy",
        "no redirect is followed, TLS is verified, http needs a word, a token is in no message, file or traceback",
        (
            "test_gateways.py::test_a_certificate_of_an_unknown_authority_is_refused_at_once",
            "test_gateways.py::test_through_a_proxy_tls_reaches_to_the_registry_and_the_proxy_sees_no_token",
            "test_faults.py::test_a_token_that_comes_back_in_an_answer_is_not_shown",
            "test_config.py::test_plain_http_to_another_machine_needs_a_word",
        ),
    ),
    Threat(
        "Whoever names users, repositories, tags, user agents",
        "commands to a terminal, formulas in a spreadsheet, HTML or markup in a report, links in a chat",
        "escaped, guarded or shown as signs at each door; the stored text is what was sent",
        (
            "test_commands.py::test_no_hostile_name_reaches_a_terminal_as_it_is",
            "test_report_hostile.py::test_no_name_is_computed_run_turned_or_lost_in_any_format",
            "test_warehouse_results.py::test_csv_disarms_text_that_a_spreadsheet_would_run",
            "test_export_lines.py::test_hostile_texts_come_back_from_csv_and_no_cell_is_a_formula",
            "test_notices.py::test_mentions_links_and_markup_do_not_survive",
            "browser/test_hostile_texts.py::test_no_screen_obeys_what_somebody_named_a_thing",
        ),
    ),
    Threat(
        "Whoever writes details of an event (the body of a request is logged)",
        "details that no reader takes, so that a day cannot be read; SQL in a name",
        "any JSON is kept, however deep, odd or large its numbers; values are bound, never part of a statement",
        (
            "test_entries.py::test_no_metadata_stops_the_reader_and_the_text_stays_json",
            "test_fuzz.py::test_what_fuzzing_has_found_is_taken_or_refused_as_it_says",
            "test_warehouse_events.py::test_no_details_stop_a_build_or_change_who_acted",
            "test_warehouse_query.py::test_values_are_bound_and_never_part_of_the_statement",
        ),
    ),
    Threat(
        "Whoever reaches the port for callbacks",
        "forged, repeated, late or endless callbacks; links to other files; a port held open",
        "a path that cannot be guessed, only exports ordered here, only the file that was ordered, limits and a clock",
        (
            "test_receiver.py::test_no_two_receivers_have_a_path_in_common_and_none_can_be_guessed",
            "test_receiver.py::test_a_callback_for_an_export_that_was_not_ordered_here_is_refused",
            "test_receiver.py::test_strangers_cannot_fill_the_memory_while_an_order_is_under_way",
            "test_receiver_peers.py::test_a_peer_whose_time_is_over_is_hung_up_on_however_it_trickles",
            "test_export_faults.py::test_callbacks_that_are_repeated_forged_or_out_of_order_change_nothing",
        ),
    ),
    Threat(
        "Whoever answers at the link of an export",
        "another log's file, a corrupt one, one without an end; the token",
        "the file must be the one that was ordered and end with its mark; a link is asked without the token",
        (
            "test_export_faults.py::test_a_link_to_the_file_of_another_log_or_another_export_is_not_believed",
            "test_export_fallbacks.py::test_nothing_of_a_corrupt_file_is_stored",
            "test_export_downloads.py::test_who_keeps_the_file_never_sees_the_token_and_nobody_else_the_link",
        ),
    ),
    Threat(
        "Whoever hands over an archive or an export",
        "a bomb, a row without an end, a damaged file among good ones, rows counted twice",
        "limits on size and packing; nothing of a run with a damaged file is stored; a poorer window never wins",
        (
            "test_archive_files.py::test_a_damaged_file_among_good_ones_stores_nothing",
            f"{_HUGE}::test_an_export_that_unpacks_to_far_more_than_its_size_is_given_up",
            "test_archive_ingest.py::test_a_verified_window_is_never_replaced",
            "test_archive_ingest.py::test_an_archive_that_was_written_again_with_more_rows_is_not_counted_twice",
        ),
    ),
    Threat(
        "An analyst's SQL, typed or in an address that somebody sent",
        "writes, reads other files or settings, reaches the network, takes all memory or time",
        "one SELECT by the engine's own parse, no file or network access, limits; an address only shows its query",
        (
            "test_warehouse_sandbox.py::test_whatever_is_not_one_select_is_refused",
            "test_warehouse_sandbox.py::test_a_select_reaches_no_file_variable_or_setting",
            "test_warehouse_query.py::test_a_query_that_takes_too_long_is_stopped",
            "test_warehouse_query.py::test_a_query_that_needs_too_much_memory_is_stopped",
            "faults/test_deep_queries.py::test_a_query_that_is_nested_too_deeply_is_refused_in_words",
            "browser/test_hostile_texts.py::test_a_query_in_an_address_is_shown_and_not_run",
        ),
    ),
    Threat(
        "A browser, a page that a browser also has open",
        "decides cases for somebody, reads the dashboard from outside",
        "this machine alone, or sign-in with roles; a page of another name cannot look",
        (
            "test_app_command.py::test_another_address_is_refused_where_nobody_signs_in",
            "test_app_command.py::test_a_page_whose_name_leads_to_this_machine_cannot_look",
            "browser/test_sign_in.py::test_nobody_sees_anything_before_signing_in",
            "browser/test_sign_in.py::test_a_viewer_sees_the_case_and_is_offered_no_decision",
        ),
    ),
    Threat(
        "Whoever hands a bundle or a proof to an auditor",
        "changed, reordered, left out or added evidence; another key under the same name",
        "one sequence of bytes for one signed index; the chain and the roots within it must agree",
        (
            "test_bundle_tampering.py::test_flips_in_every_class_of_bytes_are_detected",
            "test_bundle_tampering.py::test_bytes_before_between_and_after_are_detected",
            "test_bundle_tampering.py::test_a_signature_by_another_key_under_the_right_name_is_refused",
            "test_bundle_insiders.py::test_who_holds_the_key_cannot_leave_out_reorder_or_change_a_day",
        ),
    ),
    Threat(
        "Whoever may write into the lake or its bucket",
        "edits, drops or swaps windows, states, manifests, decisions",
        "hashes and a chain; with the newest hash kept elsewhere (a bundle) also who rewrites all of it is found",
        (
            "test_chain.py::test_tampering_is_found_and_named",
            "test_inventory_lake.py::test_tampering_with_a_snapshot_is_found_and_named",
            "test_journal.py::test_a_changed_entry_is_noticed_by_the_one_after_it",
            "test_storage_commands.py::test_what_is_removed_or_changed_in_the_bucket_is_told_by_verify",
        ),
    ),
    Threat(
        "The object store",
        "fails, dawdles, changes bytes on their way, shows an old state, shows credentials in errors",
        "bounded tries, checksums, puts with a condition for every number, no secret in an error",
        (
            "test_storage.py::test_a_store_that_dawdles_is_waited_for_so_long_and_no_longer",
            "test_storage.py::test_what_was_changed_on_its_way_is_no_answer",
            "test_storage_lake.py::test_a_machine_that_is_behind_does_not_seal_an_old_state_over_a_new_one",
            "test_storage_commands.py::test_a_store_that_is_not_there_ends_with_status_3_and_shows_no_secret",
        ),
    ),
    Threat(
        "Settings file, environment, command line",
        "a token where others see it; a setting misspelt or from a foreign folder",
        "tokens only from the environment or a file closed to others; what is not known is refused by name",
        (
            "test_cli_frame.py::test_a_token_among_the_arguments_is_refused_unseen_wherever_it_stands",
            "test_config_secrets.py::test_a_token_file_that_others_may_use_is_refused",
            "test_config_secrets.py::test_a_token_in_a_settings_file_is_refused_even_when_another_would_win",
            "test_config.py::test_a_misspelt_name_is_refused_with_the_nearest_one",
        ),
    ),
    Threat(
        "A foreign detection (Sigma rule)",
        "text that becomes part of a query, a document that stops the reader",
        "texts are bound values; what is not understood is refused",
        (
            "test_sigma_hostile.py::test_no_text_of_a_rule_becomes_text_of_a_query",
            "test_sigma_hostile.py::test_any_document_is_read_or_refused",
        ),
    ),
    Threat(
        "A package that this one needs",
        "other code than was looked at",
        "every version is pinned with its hashes, and nothing else is installed",
        (
            "test_house.py::test_the_lock_pins_every_requirement_with_hashes_and_names_no_place",
            "test_house.py::test_make_installs_nothing_but_what_the_lock_pins",
        ),
    ),
    Threat(
        "A package that this one needs",
        "a hole that somebody has found in it",
        "no pin is one of which an advisory is known; what is accepted has a reason and a test",
        (
            "test_advisories.py::test_no_pin_is_known_to_be_vulnerable",
            "test_advisories.py::test_advisories_were_looked_for_of_every_pin",
            "test_advisories.py::test_reading_sigma_rules_opens_no_cache_that_is_unpickled",
        ),
    ),
)


def markdown_from_threats() -> str:
    """The threats as a Markdown table, a row each."""
    head = "| Who | What it could do | What stops it | Tests |\n|---|---|---|---|"
    rows = (f"| {each.who} | {each.harm} | {each.stop} | {listed(each.tests)} |" for each in THREATS)
    return "\n".join([head, *rows])
