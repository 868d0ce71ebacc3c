export const HELP = `npm run ops -- COMMAND [--json]

  groups                                   every group: how it is, how far behind, how many of its messages wait
  tail GROUP | STREAM | --all [--count N]  follow events from now on
  stream STREAM | CATEGORY- | --type TYPE  events of a stream, a category or a type [--limit N] [--backwards]
  conversation ID [--from TIME]            everything with one correlation id, under what caused it
  doctor                                   check every server, group, filter, index, contract and key
  setup --access DIR                       make users, groups and access lists on real servers, with an administrator's
                                           URLs; DIR gets what each service connects with
      --dry-run                            only say which, and why
  load [--rate N] [--seconds N]            report issues and work on some, as people would (2 a second, 30 s)
      --email ADDRESS --password-stdin     as which employee; else one of the demo
  parked [GROUP-OR-SERVICE] [FILTERS]      what waits for a person, the newest first
      --errors                             by error and handler, with counts
      --state waiting|again|replaying|recovered|discarded   another list
      --limit N                            so many at most (50)
  show GROUP MESSAGE                       one failed message: why, what it holds, and all that was done with it
      --personal                           with personal data; that you saw it is recorded
  replay GROUP MESSAGE… | --all | FILTERS  handle failed messages again
      --dry-run                            only say how many, and which of their events no longer exist
      --wait                               stay until it is known what became of each
      --data FILE                          one message, with the JSON in this file in place of its data
  cancel GROUP REPLAY                      take a replay back: what was not handled yet waits again
  resume GROUP REPLAY [--wait]             go on with a replay that was interrupted
  discard GROUP MESSAGE… | --all | FILTERS --reason "TEXT"
                                           decide that messages are not to be handled; a replay undoes it
  tidy [GROUP]                             let the store forget what is resolved
  read-models                              every read model: documents, how fresh, being rebuilt
  rebuild MODEL | --all [--wait]           make read models anew from the streams, while they serve
  cancel OPERATION                         take a rebuild back
  verify [MODEL…]                          hold documents against what the streams say
  export [--out FILE]                      all streams as lines of JSON; packed, where FILE ends in .gz
  import FILE [--erasures LIST]            bring an export into an empty store; again, where it was interrupted;
                                           LIST has what "erasures --json" printed since: whom to erase again
  erase EMAIL                              erase a customer everywhere, for good; waits until it is done
  erasures                                 every erasure, with the subjects to erase again in a restored backup
  admin EMAIL [--password-stdin]           make an administrator, or give one a new password

FILTERS (all that are given must fit)
  --type TYPE  --handler NAME  --error NAME-OR-CODE  --code CODE
  --text PART-OF-ERROR-STREAM-ID-OR-DATA
  --stream STREAM  --correlation ID  --from TIME  --to TIME

--json prints one object a line.
Exit codes: 0 done; 1 not possible, the store cannot be reached, or verify found a difference; 2 not understood;
3 with --wait: not every message was recovered; 4 doctor found something wrong.`;
