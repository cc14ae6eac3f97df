"""Every fault that has a defined end: what happens, the exit status, what the lake holds afterwards, and the tests."""

from typing import NamedTuple


class Fault(NamedTuple):
    """One thing that goes wrong. `tests` are names as pytest takes them, below the folder `tests`."""

    what: str
    end: str
    status: str
    lake: str
    tests: tuple[str, ...]


_DISK = "faults/test_disk_faults.py"
_CLOCK = "faults/test_clock_faults.py"
_HUGE = "faults/test_huge_answers.py"

FAULTS = (
    Fault(
        "The disk is full",
        "the file that has no room is named, with what to do",
        "2",
        "every window that was whole; the next run goes on",
        (f"{_DISK}::test_a_full_disk_is_told_in_two_lines_and_the_next_run_goes_on",),
    ),
    Fault(
        "The lake may only be read",
        "the place is named; checking and reading still work",
        "2",
        "every byte as it was",
        (f"{_DISK}::test_a_lake_that_may_only_be_read_stays_as_it_is_and_is_still_verified",),
    ),
    Fault(
        "The output's disk is full (`> file`)",
        "the output cannot be written",
        "2",
        "untouched",
        ("test_cli_process.py::test_a_place_that_takes_no_more_is_a_usage_error",),
    ),
    Fault(
        "The clock here jumps between runs, forwards or backwards",
        "the server's clock closes days",
        "0",
        "the same rows and states; right again, the lake that never saw it jump",
        (
            f"{_CLOCK}::test_a_clock_that_jumps_between_runs_changes_no_row_and_closes_no_day",
            f"{_CLOCK}::test_once_the_clock_is_right_again_the_next_run_makes_the_lake_that_never_saw_it_jump",
            "test_extract.py::test_the_clock_of_the_server_closes_days",
        ),
    ),
    Fault(
        "kill -9 or a power cut, at any line of extract, build, detect, inventory, a night",
        "nothing is told; the next run makes it good",
        "-",
        "whole windows only; the same bytes after the next run",
        (
            "test_kills.py::test_an_extract_killed_at_any_of_a_hundred_random_moments_is_made_good_by_the_next",
            "test_kills.py::test_a_build_killed_at_random_moments_is_made_good_by_the_next",
            "test_detect_kills.py::test_a_run_killed_at_random_moments_is_made_good_by_the_next",
            "test_inventory_lake.py::test_a_kill_at_any_moment_leaves_a_snapshot_that_is_whole_or_none",
            "test_nightly_kills.py::test_no_case_is_there_twice_and_none_is_lost",
            "test_journal.py::test_a_killed_writer_loses_nothing_that_was_said_to_be_written",
            "test_storage_matrix.py::test_a_run_killed_on_one_machine_is_made_good_by_the_next_there_at_once_or_elsewhere_later",
        ),
    ),
    Fault(
        "Ctrl-C or SIGTERM",
        "what was finished is kept",
        "130",
        "whole windows only",
        (
            "test_interrupts.py::test_an_extract_that_is_interrupted_keeps_what_was_finished",
            "test_cli_process.py::test_sigterm_ends_like_an_interrupt_after_the_last_steps",
        ),
    ),
    Fault(
        "Requests fail, are refused, cut short or answered by a proxy, up to most of them",
        "tried again, with pauses that grow",
        "0",
        "the same bytes as without",
        (
            "test_faults.py::test_a_fifth_of_all_requests_failing_in_any_way_changes_no_byte",
            "test_faults.py::test_each_way_to_fail_alone_changes_no_byte_even_where_most_requests_fail",
            "test_faults.py::test_faults_on_a_real_connection_change_no_byte",
        ),
    ),
    Fault(
        "The server goes away for good in mid-run",
        "out of reach, after the last try",
        "3",
        "every window finished before it",
        ("test_faults.py::test_a_server_that_goes_away_for_good_costs_only_the_windows_in_flight",),
    ),
    Fault(
        "The server restarts while it exports",
        "the export ends later; it is not ordered twice",
        "0",
        "the same bytes",
        (
            "test_export_faults.py::test_a_quay_that_restarts_in_mid_export_ends_it_later_and_is_not_asked_again",
        ),
    ),
    Fault(
        "The server's queue of exports is full, or its callbacks are lost",
        "after a time of silence pages are read, and no more is ordered",
        "0",
        "the same bytes",
        (
            "test_export_faults.py::test_after_the_first_silence_no_more_exports_are_ordered",
            "test_export_faults.py::test_when_no_callback_comes_pages_are_read_and_the_ways_out_are_named",
            "test_export_fallbacks.py::test_a_slice_that_takes_too_long_is_halved_until_its_parts_do_not",
        ),
    ),
    Fault(
        "The token is revoked in mid-run",
        "refused once, never asked again",
        "3",
        "every window finished before it",
        ("test_extract.py::test_a_token_that_dies_in_mid_run_ends_it_and_keeps_what_is_done",),
    ),
    Fault(
        "A log was deleted on the server",
        "named; the others are recounted; 4 where it may only be closed to this token",
        "0 or 4",
        "every window of it, as it was",
        (
            "test_verify.py::test_a_log_that_was_deleted_is_told_kept_and_no_fault_of_the_lake_and_the_others_are_recounted",
        ),
    ),
    Fault(
        "An export file is corrupt or cut short",
        "told; on the way from a server, pages are read instead",
        "5, or 0 by pages",
        "nothing of that file",
        (
            "test_export_fallbacks.py::test_nothing_of_a_corrupt_file_is_stored",
            "test_ingest.py::test_a_file_that_is_cut_short_stores_nothing",
        ),
    ),
    Fault(
        "A page of a gigabyte, or packed so",
        "reading stops at 64 MiB",
        "3",
        "nothing of that window",
        (
            f"{_HUGE}::test_a_page_of_a_gigabyte_is_read_no_further_than_its_limit",
            f"{_HUGE}::test_a_page_that_unpacks_to_far_more_is_unpacked_no_further_than_its_limit",
            f"{_HUGE}::test_what_is_packed_more_than_once_is_not_unpacked",
        ),
    ),
    Fault(
        "A page that trickles, or a chain of pages without an end",
        "given up after twice the timeout; a page that came before ends the chain",
        "3 or 4",
        "the window is left or short, and says why",
        (
            "test_client.py::test_an_answer_that_trickles_is_given_up",
            "test_extract_states.py::test_legacy_tables_that_loop_end_short_with_the_reason",
        ),
    ),
    Fault(
        "An archive or an export that is a bomb, or one row without an end",
        "given up at a hundred times its size; a row at 4 MiB (archive) or 64 MiB (export)",
        "5",
        "nothing of any file of that run",
        (
            "test_archive_files.py::test_a_damaged_file_among_good_ones_stores_nothing",
            "test_archive_files.py::test_a_line_without_an_end_is_given_up_before_it_fills_the_memory",
            f"{_HUGE}::test_an_export_that_unpacks_to_far_more_than_its_size_is_given_up",
            f"{_HUGE}::test_one_long_row_in_many_small_chunks_is_not_looked_through_for_each_of_them",
        ),
    ),
    Fault(
        "The object store fails, dawdles or is gone",
        "tried again, waited for so long and no longer, then told",
        "3",
        "every window finished before it, here and there",
        (
            "test_storage_lake.py::test_every_request_that_fails_once_changes_nothing",
            "test_storage.py::test_a_store_that_dawdles_is_waited_for_so_long_and_no_longer",
            "test_storage_lake.py::test_a_store_that_fails_in_mid_run_ends_the_run_and_the_next_one_goes_on",
        ),
    ),
    Fault(
        "Two processes or machines at one window",
        "one after the other; the same bytes",
        "0",
        "the lake that one process gives",
        (
            "test_shards.py::test_four_processes_that_all_read_everything_are_safe",
            "test_storage_kills.py::test_four_machines_that_all_read_everything_are_safe",
            "test_storage_lake.py::test_two_machines_never_write_the_same_number_of_the_chain",
        ),
    ),
    Fault(
        "A machine dies, or sleeps, in the middle of a window of a shared lake",
        "others wait, leave that window, and write it once the claim has ended",
        "4, then 0",
        "no state ever tells of another machine's rows",
        (
            "test_storage_machines.py::test_whoever_dies_in_a_window_never_leaves_its_rows_under_the_state_of_another",
            "test_storage_machines.py::test_whoever_slept_in_the_middle_of_a_window_puts_nothing_once_another_had_its_turn",
            "test_storage_kills.py::test_a_day_that_was_open_when_its_reader_was_killed_is_read_whole_by_another_machine",
            "test_claims.py::test_of_machines_that_begin_at_once_one_is_in_at_a_time_and_each_in_its_turn",
        ),
    ),
    Fault(
        "A shard of several is killed",
        "run again, it goes on",
        "-",
        "the lake that one process gives",
        (
            "test_shards.py::test_two_of_four_killed_and_run_again_give_it_too",
            "test_storage_kills.py::test_a_run_killed_at_any_random_moment_is_made_good_by_the_next",
        ),
    ),
    Fault(
        "A file of the lake was changed, removed or damaged",
        "named, and what is wrong with it",
        "5",
        "as it is: nothing is mended",
        (
            "test_chain.py::test_tampering_is_found_and_named",
            "test_verify.py::test_a_changed_lake_ends_with_5_and_names_the_place",
            "test_fuzz.py::test_no_change_of_an_honest_input_breaks_a_reader",
        ),
    ),
    Fault(
        "A day larger than the memory, or a query without an end",
        "refused, with what to do",
        "2",
        "untouched",
        (
            "test_warehouse_harm.py::test_a_day_larger_than_memory_is_refused_with_what_to_do",
            "test_warehouse_query.py::test_a_query_that_takes_too_long_is_stopped",
        ),
    ),
    Fault(
        "Another system does not take what is exported to it",
        "tried again, then given up; what was taken is noted",
        "3",
        "untouched; the next export goes on from there",
        (
            "test_export_sinks.py::test_a_server_that_stays_away_is_given_up",
            "test_export_run.py::test_an_interruption_at_any_batch_leaves_no_gap_and_repeats_at_most_that_batch",
        ),
    ),
)


def markdown_from_faults() -> str:
    """The faults as a Markdown table, a row each."""
    head = "| What goes wrong | How it ends | Status | What the lake holds | Tests |\n|---|---|---|---|---|"
    rows = (
        f"| {each.what} | {each.end} | {each.status} | {each.lake} | {listed(each.tests)} |"
        for each in FAULTS
    )
    return "\n".join([head, *rows])


def listed(tests: tuple[str, ...]) -> str:
    """Tests as one cell."""
    return "<br>".join(f"`{test}`" for test in tests)
