/** What DRBD 8.4 says in every recorded state, node by node; an empty text is a resource that is down. */
export const states: Readonly<Record<string, { readonly drbd: string; readonly gi: string }>> = {
  '01-fresh-inconsistent/oss1': {
    drbd: 'ost0/0 Secondary/Secondary Inconsistent/Inconsistent Connected Established minor:0 peer:peer outOfSync:131032K size:131032K written:0K suspended:false protocol:C',
    gi: '0000000000000004:0000000000000000:0000000000000000:0000000000000000 wasConnected peerOutdated',
  },
  '01-fresh-inconsistent/oss2': {
    drbd: 'ost0/0 Secondary/Secondary Inconsistent/Inconsistent Connected Established minor:0 peer:peer outOfSync:131032K size:131032K written:0K suspended:false protocol:C',
    gi: '0000000000000004:0000000000000000:0000000000000000:0000000000000000 wasConnected peerOutdated',
  },
  '02-initial-sync/oss1': {
    drbd: 'ost0/0 Primary/Secondary UpToDate/Inconsistent Connected SyncSource said(cs=SyncSource) minor:0 peer:peer outOfSync:95612K size:131032K written:0K suspended:false protocol:C sync(percent:28.2 total:131032K speed:4116K finishSeconds:23)',
    gi: 'A237B0CF873D4BBD:694B9ED02138C5D8:0000000000000004:0000000000000000 consistent wasUpToDate wasPrimary wasConnected peerOutdated',
  },
  '02-initial-sync/oss2': {
    drbd: 'ost0/0 Secondary/Primary Inconsistent/UpToDate Connected SyncTarget said(cs=SyncTarget) minor:0 peer:peer outOfSync:86964K size:131032K written:44068K suspended:false protocol:C sync(percent:34.4 total:131032K speed:3780K wanted:4096K finishSeconds:23)',
    gi: '694B9ED02138C5D8:0000000000000000:0000000000000000:0000000000000000 wasConnected',
  },
  '03-healthy/oss1': {
    drbd: 'ost0/0 Primary/Secondary UpToDate/UpToDate Connected Established minor:0 peer:peer outOfSync:0K size:131032K written:143776K suspended:false protocol:C',
    gi: 'A237B0CF873D4BBD:0000000000000000:694B9ED02138C5D8:0000000000000004 consistent wasUpToDate wasPrimary wasConnected',
  },
  '03-healthy/oss2': {
    drbd: 'ost0/0 Secondary/Primary UpToDate/UpToDate Connected Established minor:0 peer:peer outOfSync:0K size:131032K written:282996K suspended:false protocol:C',
    gi: 'A237B0CF873D4BBC:0000000000000000:694B9ED02138C5D8:0000000000000004 consistent wasUpToDate wasConnected',
  },
  '04-diskless-primary/oss1': {
    drbd: 'ost0/0 Primary/Secondary Diskless/UpToDate Connected Established minor:0 peer:peer outOfSync:0K size:131032K written:151967K suspended:false protocol:C',
    gi: 'A237B0CF873D4BBD:0000000000000000:694B9ED02138C5D8:0000000000000004 consistent wasUpToDate wasPrimary wasConnected',
  },
  '04-diskless-primary/oss2': {
    drbd: 'ost0/0 Secondary/Primary UpToDate/Diskless Connected Established minor:0 peer:peer outOfSync:0K size:131032K written:282999K suspended:false protocol:C',
    gi: '6DA11CB9F979248C:A237B0CF873D4BBC:694B9ED02138C5D8:0000000000000004 consistent wasUpToDate wasPrimary wasConnected',
  },
  '05-diskless-secondary/oss1': {
    drbd: 'ost0/0 Primary/Secondary UpToDate/Diskless Connected Established minor:0 peer:peer outOfSync:0K size:131032K written:131037K suspended:false protocol:C',
    gi: 'D483E83A69003111:6DA11CB9F979248D:A238B0CF873D4BBD:A237B0CF873D4BBC consistent wasUpToDate wasPrimary wasConnected',
  },
  '05-diskless-secondary/oss2': {
    drbd: 'ost0/0 Secondary/Primary Diskless/UpToDate Connected Established minor:0 peer:peer outOfSync:0K size:131032K written:285077K suspended:false protocol:C',
    gi: '6DA11CB9F979248C:0000000000000000:A238B0CF873D4BBC:A237B0CF873D4BBC consistent wasUpToDate wasConnected',
  },
  '06-resync-after-attach/oss1': {
    drbd: 'ost0/0 Primary/Secondary UpToDate/Inconsistent Connected SyncSource said(cs=SyncSource) minor:0 peer:peer outOfSync:18428K size:131032K written:161779K suspended:false protocol:C sync(percent:37.5 total:30780K speed:5144K finishSeconds:3)',
    gi: 'D483E83A69003111:6DA21CB9F979248D:6DA11CB9F979248D:A238B0CF873D4BBD consistent wasUpToDate wasPrimary wasConnected peerOutdated',
  },
  '06-resync-after-attach/oss2': {
    drbd: 'ost0/0 Secondary/Primary Inconsistent/UpToDate Connected SyncTarget said(cs=SyncTarget) minor:0 peer:peer outOfSync:10604K size:131032K written:20176K suspended:false protocol:C sync(percent:75 total:30780K speed:4632K wanted:4096K finishSeconds:2)',
    gi: '6DA21CB9F979248C:0000000000000000:A238B0CF873D4BBC:A237B0CF873D4BBC wasConnected',
  },
  '08-secondary-down-clean/oss1': {
    drbd: 'ost0/0 Primary/Unknown UpToDate/DUnknown Connecting Off said(cs=WFConnection) minor:0 peer:peer outOfSync:0K size:131032K written:161779K suspended:false protocol:C',
    gi: 'BA22140BED464AA1:D483E83A69003111:6DA21CB9F979248D:6DA11CB9F979248D consistent wasUpToDate wasPrimary',
  },
  '08-secondary-down-clean/oss2': {
    drbd: '',
    gi: 'D483E83A69003110:0000000000000000:6DA21CB9F979248C:6DA11CB9F979248D consistent wasUpToDate',
  },
  '09-standalone-primary/oss1': {
    drbd: 'ost0/0 Primary/Unknown UpToDate/DUnknown StandAlone Off minor:0 outOfSync:0K size:131032K written:167937K suspended:false',
    gi: '7FBB20350F732131:BA22140BED464AA1:D484E83A69003111:D483E83A69003111 consistent wasUpToDate wasPrimary',
  },
  '09-standalone-primary/oss2': {
    drbd: 'ost0/0 Secondary/Unknown UpToDate/DUnknown Connecting Off said(cs=WFConnection) minor:0 peer:peer outOfSync:0K size:131032K written:6184K suspended:false protocol:C',
    gi: 'BA22140BED464AA0:0000000000000000:D484E83A69003110:D483E83A69003111 consistent wasUpToDate',
  },
  '10-primary-killed-seen-by-secondary/oss1': {
    drbd: 'ost0/0 Secondary/Unknown UpToDate/DUnknown Connecting Off said(cs=WFConnection) minor:0 peer:peer outOfSync:0K size:131032K written:188442K suspended:false protocol:C',
    gi: '7FBB20350F732130:0000000000000000:BA23140BED464AA1:BA22140BED464AA1 consistent wasUpToDate',
  },
  '14-after-planned-switch/oss1': {
    drbd: 'ost0/0 Secondary/Primary UpToDate/UpToDate Connected Established minor:0 peer:peer outOfSync:0K size:131032K written:188442K suspended:false protocol:C',
    gi: '7FBB20350F732130:0000000000000000:BA23140BED464AA1:BA22140BED464AA1 consistent wasUpToDate wasConnected',
  },
  '14-after-planned-switch/oss2': {
    drbd: 'ost0/0 Primary/Secondary UpToDate/UpToDate Connected Established minor:0 peer:peer outOfSync:0K size:131032K written:20533K suspended:false protocol:C',
    gi: '7FBB20350F732131:0000000000000000:BA23140BED464AA0:BA22140BED464AA1 consistent wasUpToDate wasPrimary wasConnected',
  },
  '16-old-primary-back-resync/oss1': {
    drbd: 'ost0/0 Primary/Secondary UpToDate/Inconsistent Connected SyncSource said(cs=SyncSource) minor:0 peer:peer outOfSync:13520K size:131032K written:200750K suspended:false protocol:C sync(percent:40 total:16404K speed:1648K finishSeconds:7)',
    gi: 'FDD53979D792445F:7FBC20350F732130:7FBB20350F732130:BA23140BED464AA1 consistent wasUpToDate wasPrimary wasConnected peerOutdated',
  },
  '16-old-primary-back-resync/oss2': {
    drbd: 'ost0/0 Secondary/Primary Inconsistent/UpToDate Connected SyncTarget said(cs=SyncTarget) minor:0 peer:peer outOfSync:7344K size:131032K written:9060K suspended:false protocol:C sync(percent:60 total:16404K speed:7004K wanted:4096K finishSeconds:1)',
    gi: '7FBC20350F732130:0000000000000000:BA23140BED464AA0:BA22140BED464AA1 wasConnected crashedPrimary',
  },
  '17-secondary-killed-seen-by-primary/oss1': {
    drbd: 'ost0/0 Primary/Unknown UpToDate/DUnknown Connecting Off said(cs=WFConnection) minor:0 peer:peer outOfSync:92K size:131032K written:200908K suspended:false protocol:C',
    gi: 'F410999C9FC0744B:FDD53979D792445F:7FBC20350F732130:7FBB20350F732130 consistent wasUpToDate wasPrimary',
  },
  '20-verify/oss1': {
    drbd: 'ost0/0 Primary/Secondary UpToDate/UpToDate Connected VerifyS said(cs=VerifyS) minor:0 peer:peer outOfSync:0K size:65496K written:74113K suspended:false protocol:C sync(percent:6.3 total:65496K speed:384K wanted:400K finishSeconds:157)',
    gi: '81A27433DB8034CD:0000000000000000:0000000000000000:0000000000000000 consistent wasUpToDate wasPrimary wasConnected',
  },
  '20-verify/oss2': {
    drbd: 'ost0/0 Secondary/Primary UpToDate/UpToDate Connected VerifyT said(cs=VerifyT) minor:0 peer:peer outOfSync:0K size:65496K written:74113K suspended:false protocol:C sync(percent:6.3 total:65496K speed:360K finishSeconds:157)',
    gi: '81A27433DB8034CC:0000000000000000:0000000000000000:0000000000000000 consistent wasUpToDate wasConnected',
  },
  '21-io-suspended/oss1': {
    drbd: 'ost0/0 Primary/Secondary UpToDate/UpToDate Connected Established minor:0 peer:peer outOfSync:0K size:65496K written:74120K suspended:true protocol:C',
    gi: '81A27433DB8034CD:0000000000000000:0000000000000000:0000000000000000 consistent wasUpToDate wasPrimary wasConnected',
  },
  '21-io-suspended/oss2': {
    drbd: 'ost0/0 Secondary/Primary UpToDate/UpToDate Connected Established minor:0 peer:peer outOfSync:0K size:65496K written:74120K suspended:false protocol:C',
    gi: '81A27433DB8034CC:0000000000000000:0000000000000000:0000000000000000 consistent wasUpToDate wasConnected',
  },
  '22-resync-to-secondary/oss1': {
    drbd: 'ost0/0 Primary/Secondary UpToDate/Inconsistent Connected SyncSource said(cs=SyncSource) minor:0 peer:peer outOfSync:61400K size:65496K written:74120K suspended:false protocol:C sync(percent:6.3 total:65496K speed:384K finishSeconds:155)',
    gi: '81A27433DB8034CD:BF4D3BD51C5090FC:0000000000000000:0000000000000000 consistent wasUpToDate wasPrimary wasConnected peerOutdated',
  },
  '22-resync-to-secondary/oss2': {
    drbd: 'ost0/0 Secondary/Primary Inconsistent/UpToDate Connected SyncTarget said(cs=SyncTarget) minor:0 peer:peer outOfSync:62424K size:65496K written:77192K suspended:false protocol:C sync(percent:6.3 total:65496K speed:432K wanted:400K finishSeconds:134)',
    gi: 'BF4D3BD51C5090FC:0000000000000000:0000000000000000:0000000000000000 wasConnected',
  },
  '23-paused-by-user-on-source/oss1': {
    drbd: 'ost0/0 Primary/Secondary UpToDate/Inconsistent Connected PausedSyncS said(cs=PausedSyncS) minor:0 peer:peer outOfSync:58880K size:65496K written:74120K suspended:false pausedBy:["user"] protocol:C',
    gi: '81A27433DB8034CD:BF4D3BD51C5090FC:0000000000000000:0000000000000000 consistent wasUpToDate wasPrimary wasConnected peerOutdated',
  },
  '23-paused-by-user-on-source/oss2': {
    drbd: 'ost0/0 Secondary/Primary Inconsistent/UpToDate Connected PausedSyncT said(cs=PausedSyncT) minor:0 peer:peer outOfSync:58880K size:65496K written:80736K suspended:false pausedBy:["peer"] protocol:C',
    gi: 'BF4D3BD51C5090FC:0000000000000000:0000000000000000:0000000000000000 wasConnected',
  },
  '24-paused-by-both/oss1': {
    drbd: 'ost0/0 Primary/Secondary UpToDate/Inconsistent Connected PausedSyncS said(cs=PausedSyncS) minor:0 peer:peer outOfSync:58880K size:65496K written:74120K suspended:false pausedBy:["peer","user"] protocol:C',
    gi: '81A27433DB8034CD:BF4D3BD51C5090FC:0000000000000000:0000000000000000 consistent wasUpToDate wasPrimary wasConnected peerOutdated',
  },
  '24-paused-by-both/oss2': {
    drbd: 'ost0/0 Secondary/Primary Inconsistent/UpToDate Connected PausedSyncT said(cs=PausedSyncT) minor:0 peer:peer outOfSync:58880K size:65496K written:80736K suspended:false pausedBy:["peer","user"] protocol:C',
    gi: 'BF4D3BD51C5090FC:0000000000000000:0000000000000000:0000000000000000 wasConnected',
  },
  '25-resync-interrupted/oss1': {
    drbd: 'ost0/0 Primary/Unknown UpToDate/Inconsistent Connecting Off said(cs=WFConnection) minor:0 peer:peer outOfSync:57688K size:65496K written:74120K suspended:false protocol:C',
    gi: '81A27433DB8034CD:BF4D3BD51C5090FC:0000000000000000:0000000000000000 consistent wasUpToDate wasPrimary peerOutdated',
  },
  '25-resync-interrupted/oss2': {
    drbd: 'ost0/0 Secondary/Unknown Inconsistent/DUnknown Connecting Off said(cs=WFConnection) minor:0 peer:peer outOfSync:57688K size:65496K written:81928K suspended:false protocol:C',
    gi: 'BF4D3BD51C5090FC:0000000000000000:0000000000000000:0000000000000000 ',
  },
  '26-resync-to-primary/oss1': {
    drbd: 'ost0/0 Primary/Secondary Inconsistent/UpToDate Connected SyncTarget said(cs=SyncTarget) minor:0 peer:peer outOfSync:63192K size:65496K written:76424K suspended:false protocol:C sync(percent:6.3 total:65496K speed:360K wanted:400K finishSeconds:158)',
    gi: 'F449F99DE0894119:0000000000000000:BF4E3BD51C5090FC:BF4D3BD51C5090FC wasPrimary wasConnected',
  },
  '26-resync-to-primary/oss2': {
    drbd: 'ost0/0 Secondary/Primary UpToDate/Inconsistent Connected SyncSource said(cs=SyncSource) minor:0 peer:peer outOfSync:62848K size:65496K written:139616K suspended:false protocol:C sync(percent:6.3 total:65496K speed:352K finishSeconds:157)',
    gi: '81A27433DB8034CC:F449F99DE0894119:BF4E3BD51C5090FC:BF4D3BD51C5090FC consistent wasUpToDate wasConnected peerOutdated',
  },
  '27-diskless-primary-peer-uptodate/oss1': {
    drbd: 'ost0/0 Primary/Secondary Diskless/UpToDate Connected Established minor:0 peer:peer outOfSync:0K size:65496K written:139616K suspended:false protocol:C',
    gi: '81A27433DB8034CD:0000000000000000:F449F99DE0894119:BF4E3BD51C5090FC consistent wasUpToDate wasPrimary wasConnected',
  },
  '27-diskless-primary-peer-uptodate/oss2': {
    drbd: 'ost0/0 Secondary/Primary UpToDate/Diskless Connected Established minor:0 peer:peer outOfSync:0K size:65496K written:139616K suspended:false protocol:C',
    gi: '773D421EBD912A9A:81A27433DB8034CC:F449F99DE0894119:BF4E3BD51C5090FC consistent wasUpToDate wasPrimary wasConnected',
  },
  '28-link-cut-both-alive/oss1': {
    drbd: 'ost0/0 Primary/Unknown UpToDate/DUnknown Connecting Off said(cs=WFConnection) minor:0 peer:peer outOfSync:0K size:65496K written:65496K suspended:false protocol:C',
    gi: 'BEAED2DF5F7A92F9:773D421EBD912A9B:81A37433DB8034CD:81A27433DB8034CC consistent wasUpToDate wasPrimary',
  },
  '28-link-cut-both-alive/oss2': {
    drbd: 'ost0/0 Secondary/Unknown UpToDate/DUnknown Connecting Off said(cs=WFConnection) minor:0 peer:peer outOfSync:0K size:65496K written:139616K suspended:false protocol:C',
    gi: '773D421EBD912A9A:0000000000000000:81A37433DB8034CC:81A27433DB8034CC consistent wasUpToDate',
  },
  '29-outdated/oss1': {
    drbd: 'ost0/0 Primary/Unknown UpToDate/DUnknown Connecting Off said(cs=WFConnection) minor:0 peer:peer outOfSync:40K size:65496K written:65511K suspended:false protocol:C',
    gi: 'BEAED2DF5F7A92F9:773D421EBD912A9B:81A37433DB8034CD:81A27433DB8034CC consistent wasUpToDate wasPrimary',
  },
  '29-outdated/oss2': {
    drbd: 'ost0/0 Secondary/Unknown Outdated/DUnknown Connecting Off said(cs=WFConnection) minor:0 peer:peer outOfSync:0K size:65496K written:139616K suspended:false protocol:C',
    gi: '773D421EBD912A9A:0000000000000000:81A37433DB8034CC:81A27433DB8034CC consistent',
  },
  '30-split-brain-both-standalone/oss1': {
    drbd: 'ost0/0 Secondary/Unknown UpToDate/DUnknown StandAlone Off minor:0 outOfSync:44K size:65496K written:65530K suspended:false',
    gi: 'AA0668DD28EECBA2:BEAED2DF5F7A92F9:773E421EBD912A9B:773D421EBD912A9B consistent wasUpToDate',
  },
  '30-split-brain-both-standalone/oss2': {
    drbd: 'ost0/0 Primary/Unknown UpToDate/DUnknown StandAlone Off minor:0 outOfSync:44K size:65496K written:139692K suspended:false',
    gi: 'CBE08A531C54CCB9:BEAED2DF5F7A92F8:773E421EBD912A9A:773D421EBD912A9B consistent wasUpToDate wasPrimary',
  },
  '31-split-brain-one-standalone/oss1': {
    drbd: 'ost0/0 Secondary/Unknown UpToDate/DUnknown StandAlone Off minor:0 outOfSync:44K size:65496K written:65530K suspended:false',
    gi: 'AA0668DD28EECBA2:BEAED2DF5F7A92F9:773E421EBD912A9B:773D421EBD912A9B consistent wasUpToDate',
  },
  '31-split-brain-one-standalone/oss2': {
    drbd: 'ost0/0 Primary/Unknown UpToDate/DUnknown Connecting Off said(cs=WFConnection) minor:0 peer:peer outOfSync:44K size:65496K written:139692K suspended:false protocol:C',
    gi: 'CBE08A531C54CCB9:BEAED2DF5F7A92F8:773E421EBD912A9A:773D421EBD912A9B consistent wasUpToDate wasPrimary',
  },
};
