import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { identifier } from '../../testing/stubs.ts';

type ReadOptions = {
  stream?: string;
  revision?: number;
  position?: [commit: number, prepare: number];
  count?: number;
  compatibility?: number;
  textIds?: boolean;
  prefixes?: string[];
  multiplier?: number;
  resolveLinks?: boolean;
};

export function readRequest({
  stream,
  revision = 0,
  position,
  count = 100,
  ...rest
}: ReadOptions): streamsPb.ReadReq {
  const options = new streamsPb.ReadReq.Options();
  if (stream !== undefined) {
    const target = new streamsPb.ReadReq.Options.StreamOptions();
    target.setStreamIdentifier(identifier(stream));
    target.setRevision(String(revision));
    options.setStream(target);
  } else {
    const target = new streamsPb.ReadReq.Options.AllOptions();
    if (position === undefined) target.setStart(new sharedPb.Empty());
    else {
      const at = new streamsPb.ReadReq.Options.Position();
      at.setCommitPosition(String(position[0]));
      at.setPreparePosition(String(position[1]));
      target.setPosition(at);
    }
    options.setAll(target);
  }
  options.setCount(String(count));
  options.setResolveLinks(rest.resolveLinks ?? false);
  const ids = new streamsPb.ReadReq.Options.UUIDOption();
  if (rest.textIds === false) ids.setStructured(new sharedPb.Empty());
  else ids.setString(new sharedPb.Empty());
  options.setUuidOption(ids);
  if (rest.prefixes === undefined) options.setNoFilter(new sharedPb.Empty());
  else {
    const expression = new streamsPb.ReadReq.Options.FilterOptions.Expression();
    expression.setPrefixList(rest.prefixes);
    const filter = new streamsPb.ReadReq.Options.FilterOptions();
    filter.setStreamIdentifier(expression);
    filter.setCheckpointintervalmultiplier(rest.multiplier ?? 1);
    options.setFilter(filter);
  }
  if (rest.compatibility !== undefined) {
    const control = new streamsPb.ReadReq.Options.ControlOption();
    control.setCompatibility(rest.compatibility);
    options.setControlOption(control);
  }
  const request = new streamsPb.ReadReq();
  request.setOptions(options);
  return request;
}
